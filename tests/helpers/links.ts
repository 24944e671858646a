import assert from "node:assert/strict";
import type { Executor, Link, NewLink } from "../../executor/mod.ts";

/** Another web site, which links in tests allow. */
export const SITE = "https://elsewhere.example";

/** Headers of what `embed.js` sends from a page of that site. */
export const SCRIPT = {
  Origin: SITE,
  "Sec-Fetch-Site": "cross-site",
  Accept: "application/json, text/html",
} as const;

/** A link as somebody got it who may use it. */
export interface MadeLink {
  readonly link: Link;
  readonly token: string;
}

/** Makes a link that shows outputs on {@link SITE} for an hour, unless told otherwise. */
export async function makeLink(
  { links }: Pick<Executor, "links">,
  target: NewLink["target"],
  rest: Partial<NewLink> = {},
): Promise<MadeLink> {
  const result = await links.create({
    target,
    show: ["outputs"],
    origins: [SITE],
    expiresInMs: 60 * 60 * 1_000,
    createdBy: "Ada",
    ...rest,
  });
  assert(result.type === "created", result.type);
  return result;
}

/** The same to an app, with tokens enough. */
export function appLink(
  executor: Pick<Executor, "links">,
  appId: string,
  rest: Partial<NewLink> & { readonly tokensPerDay?: number } = {},
): Promise<MadeLink> {
  const { tokensPerDay = 1_000, ...more } = rest;
  return makeLink(executor, { kind: "app", appId, tokensPerDay }, more);
}

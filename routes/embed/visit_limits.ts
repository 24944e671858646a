import type { Context } from "hono";
import type { Link, Rate, Taken } from "../../executor/mod.ts";
import { addressOf } from "../access/address.ts";
import type { Deps } from "../deps.ts";
import { networkOf } from "../request/rates.ts";

const MINUTE_MS = 60 * 1_000;

/** What visitors of a link may do: all of them together, and those who come from one address. */
interface VisitLimit {
  readonly what: string;
  readonly ofLink: Rate;
  readonly ofAddress: Rate;
}

/** Tasks that are started. */
const STARTS: VisitLimit = {
  what: "starts",
  ofLink: { limit: 120, windowMs: 60 * MINUTE_MS },
  ofAddress: { limit: 20, windowMs: 10 * MINUTE_MS },
};
/** Forms that are sent, also with inputs that do not fit: these cost little, and use up no task. */
const TRIES: VisitLimit = {
  what: "tries",
  ofLink: { limit: 1_200, windowMs: 60 * MINUTE_MS, atOnce: 10 },
  ofAddress: { limit: 100, windowMs: 10 * MINUTE_MS },
};

/** Takes one task of what a link's visitors may start. */
export function takeStart(c: Context, deps: Deps, link: Link): Promise<Taken> {
  return take(c, deps, { link, ...STARTS });
}

/** Takes one form of what they may send. */
export function takeTry(c: Context, deps: Deps, link: Link): Promise<Taken> {
  return take(c, deps, { link, ...TRIES });
}

/** The address first, so that one uses up no other's. */
async function take(
  c: Context,
  { executor: { limits }, trustedProxies = 0 }: Deps,
  { link, what, ofLink, ofAddress }: VisitLimit & { readonly link: Link },
): Promise<Taken> {
  const address = addressOf(c, trustedProxies);
  if (address !== null) {
    const taken = await limits.take(`embed ${what} ${link.id} ${networkOf(address)}`, ofAddress);
    if (!taken.ok) return taken;
  }
  return await limits.take(`embed ${what} ${link.id}`, ofLink);
}

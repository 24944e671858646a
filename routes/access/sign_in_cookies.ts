import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { base64Url, bytesOfBase64Url } from "../../executor/mod.ts";
import { OidcTransaction } from "./oidc_transaction.ts";

/** A sign-in that somebody has begun, and that goes on when the provider sends them back. */
export const BegunSignIn = z.object({
  transaction: OidcTransaction,
  /** The page they asked for. */
  to: z.string(),
  /** Epoch milliseconds. */
  begunAt: z.number(),
});
export type BegunSignIn = z.infer<typeof BegunSignIn>;

/** How long somebody may take at the provider. */
const KEPT_MS = 10 * 60 * 1_000;
/** Sign-ins under way in one browser; beginning another one forgets the oldest. */
const MAX_BEGUN = 4;
const NAME = "callboard_sign_in_";

/**
 * Keeps what a browser has begun in a cookie of its own, so that several tabs do not disturb each
 * other, and so that nobody can end here what another browser has begun.
 *
 * @param isSecure Whether people reach this server over https.
 */
export function keepBegun(c: Context, begun: BegunSignIn, isSecure: boolean): void {
  const others = listBegun(c, isSecure).toSorted((a, b) => b.begunAt - a.begunAt);
  for (const { name } of others.slice(MAX_BEGUN - 1)) deleteCookie(c, name, shape(isSecure));
  setCookie(c, nameOf(begun.transaction.state, isSecure), encode(begun), {
    ...shape(isSecure),
    maxAge: KEPT_MS / 1_000,
  });
}

/** Takes back what was kept under `state`, once; null where nothing was, or too long ago. */
export function takeBegun(
  c: Context,
  state: string,
  { isSecure, now }: { readonly isSecure: boolean; readonly now: number },
): BegunSignIn | null {
  const name = nameOf(state, isSecure);
  const begun = decode(getCookie(c, name) ?? "");
  if (begun === null) return null;
  deleteCookie(c, name, shape(isSecure));
  const isYoung = now - begun.begunAt < KEPT_MS;
  return isYoung && begun.transaction.state === state ? begun : null;
}

function listBegun(c: Context, isSecure: boolean) {
  const prefix = nameOf("", isSecure);
  return Object.entries(getCookie(c)).filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => ({ name, begunAt: decode(value)?.begunAt ?? 0 }));
}

function nameOf(state: string, isSecure: boolean): string {
  return (isSecure ? "__Host-" : "") + NAME + state.replace(/[^\w-]/g, "").slice(0, 10);
}

/** Lax: the provider sends the browser back from another site. */
function shape(isSecure: boolean) {
  return { path: "/", httpOnly: true, sameSite: "Lax", secure: isSecure } as const;
}

function encode(begun: BegunSignIn): string {
  return base64Url(new TextEncoder().encode(JSON.stringify(begun)));
}

function decode(text: string): BegunSignIn | null {
  try {
    const json = new TextDecoder().decode(bytesOfBase64Url(text));
    return BegunSignIn.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

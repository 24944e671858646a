import { timingSafeEqual } from "node:crypto";
import type { Executor, Rate, Taken } from "../../executor/mod.ts";
import { networkOf } from "../request/rates.ts";
import { tellFailedSignIn } from "./failed_sign_in.ts";
import { type TooOften, tooOften } from "./too_often.ts";

/** A password that somebody tries. */
export interface PasswordTry {
  readonly given: string;
  readonly wanted: string;
  /** Where it comes from; null where that is not known. */
  readonly address: string | null;
  /** Names the browser where it has signed in before. */
  readonly browser: string | null;
}

/** How a try ended; the message says what is wrong with it. */
export type PasswordResult =
  | { readonly type: "right" }
  | { readonly type: "wrong"; readonly message: string }
  | TooOften;

/** Tries from one address, or of one browser that has signed in before: who mistypes has enough of them. */
const OF_ONE: Rate = { limit: 10, windowMs: 5 * 60_000 };
/** Tries of all addresses together. The windows are short, so that nobody is kept out for long. */
const OF_ALL: Rate = { limit: 100, windowMs: 60_000 };

/** Whether a password is the right one; after too many tries nobody looks at it. */
export async function tryPassword(
  executor: Pick<Executor, "limits" | "audit">,
  { given, wanted, ...sender }: PasswordTry,
): Promise<PasswordResult> {
  const refusal = tooOften(await takeTry(executor, sender));
  if (refusal !== null) return refusal;
  if (await isSame(given, wanted)) return { type: "right" };
  await tellFailedSignIn(executor, sender.address);
  return { type: "wrong", message: "This is not the password" };
}

async function takeTry(
  { limits }: Pick<Executor, "limits">,
  { address, browser }: Pick<PasswordTry, "address" | "browser">,
) {
  // Strangers, however many, keep out nobody who has been in.
  if (browser !== null) return await limits.take(`sign-in of browser ${browser}`, OF_ONE);
  // Else whoever has many addresses would have a row written for each.
  const all = limits.look("sign-in", OF_ALL);
  if (!all.ok) return all;
  const own: Taken = address === null
    ? { ok: true }
    : await limits.take(`sign-in from ${networkOf(address)}`, OF_ONE);
  return own.ok ? await limits.take("sign-in", OF_ALL) : own;
}

/** How long it takes says nothing about either text, but for its length. */
async function isSame(given: string, wanted: string): Promise<boolean> {
  const [one, other] = await Promise.all([digest(given), digest(wanted)]);
  return timingSafeEqual(one, other);
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

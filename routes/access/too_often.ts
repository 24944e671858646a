import type { Taken } from "../../executor/mod.ts";

/** That somebody has to wait before they may try again, in words and for `Retry-After`. */
export interface TooOften {
  readonly type: "too-often";
  readonly message: string;
  readonly retryAfterSeconds: number;
}

/** Null where there was a try left. */
export function tooOften(taken: Taken): TooOften | null {
  if (taken.ok) return null;
  const minutes = Math.ceil(taken.retryAfterMs / 60_000);
  const wait = minutes === 1 ? "a minute" : `${minutes} minutes`;
  return {
    type: "too-often",
    message: `Too many attempts. Try again in ${wait}`,
    retryAfterSeconds: Math.ceil(taken.retryAfterMs / 1_000),
  };
}

import type { Context } from "hono";

/** Names who has sent a request. Nobody signs in, so everybody is the same. */
export function callerOf(_: Context): string {
  return "anybody";
}

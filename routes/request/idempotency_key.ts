import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

/** What a key has to be. */
export const KEY = /^[\x21-\x7e]{1,255}$/;

/** What the sender calls a request that it may send again; null where it does not. */
export function idempotencyKey(c: Context): string | null {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) return null;
  if (KEY.test(key)) return key;
  throw new HTTPException(400, {
    message: "Cannot use the Idempotency-Key: it has to be 1 to 255 ASCII characters, no spaces",
  });
}

import type { Context } from "hono";
import type { Executor } from "../../executor/mod.ts";
import { type Identity, scopesOf } from "./identity.ts";

/** Whether a request shows a key, good or not. */
export function showsKey(c: Context): boolean {
  return shownKey(c) !== null;
}

const BEARER = /^Bearer(?: +(.*))?$/i;

/**
 * Who a request says it is by a key, after RFC 6750; null where it shows none. One that shows a key is
 * judged by it alone, whoever may come in otherwise: with a key that was revoked it is nobody's.
 */
export async function identifyByKey(
  c: Context,
  { apiKeys }: Pick<Executor, "apiKeys">,
): Promise<Identity | null> {
  const shown = shownKey(c);
  if (shown === null) return null;
  const key = await apiKeys.whoHas(shown);
  if (key === null) return { type: "nobody" };
  const { id, name, owner, grants } = key;
  return { type: "key", id, name, scopes: scopesOf(key), owner, grants };
}

function shownKey(c: Context): string | null {
  const shown = BEARER.exec(c.req.header("Authorization")?.trim() ?? "");
  return shown && (shown[1] ?? "");
}

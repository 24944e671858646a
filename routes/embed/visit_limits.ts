import type { Context } from "hono";
import type { Link, Taken } from "../../executor/mod.ts";
import { addressOf } from "../access/address.ts";
import type { Deps } from "../deps.ts";
import { networkOf } from "../request/rates.ts";

/** Tasks that all visitors of a link together may start. */
const OF_A_LINK = { limit: 120, windowMs: 60 * 60 * 1_000 };
/** Those that one address may start through it. */
const OF_AN_ADDRESS = { limit: 20, windowMs: 10 * 60 * 1_000 };

/** Takes one start of what a link's visitors may do; the address first, so that one uses up no other's. */
export async function takeVisit(c: Context, deps: Deps, { id }: Link): Promise<Taken> {
  const { limits } = deps.executor;
  const address = addressOf(c, deps.trustedProxies ?? 0);
  if (address !== null) {
    const taken = await limits.take(`embed ${id} ${networkOf(address)}`, OF_AN_ADDRESS);
    if (!taken.ok) return taken;
  }
  return await limits.take(`embed ${id}`, OF_A_LINK);
}

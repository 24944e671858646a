import type { Executor, Rate } from "../../executor/mod.ts";
import { networkOf } from "../request/rates.ts";
import { actorOf } from "./actor.ts";

/** What the list tells of one address, and of all: rows stay for long, and strangers make these. */
const OF_ONE: Rate = { limit: 1, windowMs: 5 * 60_000 };
const OF_ALL: Rate = { limit: 100, windowMs: 60 * 60_000 };

/**
 * Tells the audit list that somebody has tried to come in: once in five minutes for each address and
 * detail, and no more than a hundred times in an hour.
 *
 * @param detail What is known of them besides where they come from.
 */
export async function tellFailedSignIn(
  { audit, limits }: Pick<Executor, "audit" | "limits">,
  address: string | null,
  detail = "",
): Promise<void> {
  const sender = `failed sign-in of ${networkOf(address ?? "")} ${detail}`.slice(0, 500);
  if (!limits.look("failed sign-ins", OF_ALL).ok) return;
  if (!(await limits.take(sender, OF_ONE)).ok) return;
  if (!(await limits.take("failed sign-ins", OF_ALL)).ok) return;
  const who = actorOf({ type: "nobody" });
  audit.tell({
    who: { ...who, id: address ?? who.id },
    did: "sign-in-failed",
    what: null,
    detail: detail || undefined,
  });
}

import type { Executor } from "../../executor/mod.ts";
import { actorOf } from "./actor.ts";

/**
 * Tells the audit list that somebody has tried to come in.
 *
 * @param detail What is known of them besides where they come from.
 */
export function tellFailedSignIn(
  { audit }: Pick<Executor, "audit">,
  address: string | null,
  detail?: string,
): void {
  const who = actorOf({ type: "nobody" });
  audit.tell({ who: { ...who, id: address ?? who.id }, did: "sign-in-failed", what: null, detail });
}

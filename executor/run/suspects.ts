import { crashesOf, type DueItem, heldSince } from "../store/queue.ts";
import { LEASE_MS, MAX_CRASHES } from "./context.ts";

/** How long a suspect that finds no place beside others is left alone. */
export const SUSPECT_PAUSE_MS = 2_000;

/** Each crash of a suspect leaves it so many times fewer suspects to run beside. */
const NARROWING = 4;

/**
 * Tasks of which some process has died are suspects until they get on, for one of them may be what
 * killed it. A process runs at most 4^(4 - crashes) suspects at once, by the most suspect of them:
 * 64 after one crash, then 16, then 4, and after four crashes one alone, whatever runs beside it
 * that has never crashed.
 *
 * So a task that kills every process that runs it is searched for as in a tree, and found in
 * {@link MAX_CRASHES} crashes; and nothing that only ran beside it is given up: for the fifth crash
 * it would have to be the only suspect of its process, when the one that kills is a suspect since
 * the first.
 *
 * @param running How often each task that runs here has crashed.
 * @returns Those of `items` that may run with them and with each other, the least suspect first,
 * and those that have to wait.
 */
export function tellApart(
  items: readonly DueItem[],
  running: readonly number[],
): { readonly together: readonly DueItem[]; readonly apart: readonly DueItem[] } {
  let suspects = running.filter((crashes) => crashes > 0);
  const together: DueItem[] = [];
  const apart: DueItem[] = [];
  for (const item of items.toSorted((a, b) => crashesOf(a) - crashesOf(b))) {
    const crashes = crashesOf(item);
    const company = [...suspects, crashes];
    if (crashes > 0 && company.length > mostTogether(Math.max(...company))) {
      apart.push(item);
      continue;
    }
    if (crashes > 0) suspects = company;
    together.push(item);
  }
  return { together, apart };
}

function mostTogether(crashes: number): number {
  return NARROWING ** Math.max(0, MAX_CRASHES - 1 - crashes);
}

/**
 * Whether a task whose lease has run out was spared by a process that has come and gone since: it
 * began after the last heartbeat of the one that died with the task, and before this one.
 *
 * @param startBefore When the last process before this one began, in epoch milliseconds.
 */
export function isSpared(item: DueItem, startBefore: number | null): boolean {
  if (item.record?.status !== "leased" || startBefore === null) return false;
  return heldSince(item) - LEASE_MS < startBefore;
}

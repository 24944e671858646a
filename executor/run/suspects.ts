import { crashesOf, type DueItem, heldSince } from "../store/queue.ts";
import { LEASE_MS, MAX_CRASHES } from "./context.ts";

/** How long a suspect that finds no place beside others is left alone. */
export const SUSPECT_PAUSE_MS = 2_000;

/** After so long it is its turn: no other suspect begins before it. */
const PATIENCE_MS = 60_000;

/** Each crash of a suspect leaves it so many times fewer suspects to run beside. */
const NARROWING = 4;

/** Where and when suspects want to run. */
export interface Surroundings {
  /** How often each task that runs there has crashed. */
  readonly running: readonly number[];
  /** In epoch milliseconds. */
  readonly now: number;
}

/**
 * Tasks of which some process has died are suspects until they get on, for one of them may be what
 * killed it. A process runs at most 4^(4 - crashes) suspects at once, by the most suspect of them:
 * 64 after one crash, then 16, then 4, and after four crashes one alone, whatever runs beside it
 * that has never crashed.
 *
 * So a task that kills every process that runs it is searched for as in a tree, and found in
 * {@link MAX_CRASHES} crashes; and no other suspect is given up for it: for the fifth crash that
 * would have to be the only suspect of its process, when the one that kills is a suspect since the
 * first. A task that has never crashed waits for nobody, though: where such a one ends the process of
 * a suspect that four have died with, or somebody outside does, the suspect is given up too, unless
 * it {@link isSpared}.
 *
 * @returns Those of `items` that may run with what runs and with each other, and those that have to
 * wait. The least suspect goes first, but after one that has waited for {@link PATIENCE_MS}.
 */
export function tellApart(
  items: readonly DueItem[],
  { running, now }: Surroundings,
): { readonly together: readonly DueItem[]; readonly apart: readonly DueItem[] } {
  let suspects = running.filter((crashes) => crashes > 0);
  let isTurnKept = false;
  const together: DueItem[] = [];
  const apart: DueItem[] = [];
  const inTurn = (a: DueItem, b: DueItem) =>
    turnOf(a, now) - turnOf(b, now) || crashesOf(a) - crashesOf(b);
  for (const item of items.toSorted(inTurn)) {
    const crashes = crashesOf(item);
    const company = [...suspects, crashes];
    const fits = !isTurnKept && company.length <= mostTogether(Math.max(...company));
    if (crashes > 0 && !fits) {
      apart.push(item);
      isTurnKept ||= turnOf(item, now) < 0;
      continue;
    }
    if (crashes > 0) suspects = company;
    together.push(item);
  }
  return { together, apart };
}

/** Since how long it is the turn of a task, the longest first; 0 where it is not. */
function turnOf({ record }: DueItem, now: number): number {
  return Math.min(0, (record?.heldSince ?? now) + PATIENCE_MS - now);
}

function mostTogether(crashes: number): number {
  return NARROWING ** Math.max(0, MAX_CRASHES - 1 - crashes);
}

/**
 * Whether a task whose lease has run out was spared by another process since: one that began after
 * the last heartbeat of the one that died with the task, and before this one. Where one process runs
 * at a time, that other has come and gone. Where several do it may be alive, and even have died with
 * the task before; so among several, as many deaths of one task are borne as with an alibi.
 *
 * @param startBefore When the last process before this one began, in epoch milliseconds.
 */
export function isSpared(item: DueItem, startBefore: number | null): boolean {
  if (item.record?.status !== "leased" || startBefore === null) return false;
  return heldSince(item) - LEASE_MS < startBefore;
}

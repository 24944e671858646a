import { nextWakeAt } from "../../executor/run/advance.ts";
import { LEASE_MS } from "../../executor/run/context.ts";
import { hasEnded, isClosing } from "../../executor/states.ts";
import { DueRecord, type TaskRecord } from "../../executor/store/records.ts";
import type { CheckOptions } from "./database_check.ts";
import type { Stored } from "./stored.ts";

/** What keeps somebody from going on with a task that runs, or makes somebody take one that does not. */
export function queueProblems(
  stored: Stored,
  record: TaskRecord,
  { now, isAtRest = false }: CheckOptions,
): string[] {
  const items = itemsOf(stored, record.id);
  const { slot, app } = record;
  if (slot?.type === "held" && !hasEnded(record.state)) {
    if (stored.value("slot", app.id, slot.number) === undefined) {
      return [`it holds slot ${slot.number}, which is free`];
    }
  }
  if (hasEnded(record.state)) return leftProblems(record, items, isAtRest);
  const isWaitingForSlot = stored.value("slot_waiting", record.app.id, record.id) !== undefined;
  const [item, ...more] = items;
  if (isAtRest) return ["it runs, although nothing is under way"];
  if (isWaitingForSlot) {
    const isInPlace = items.length === (record.dueAt === null ? 0 : 1);
    return isInPlace ? [] : [`it waits for a slot, and stands ${items.length} times in the queue`];
  }
  if (item === undefined) return ["it is not in the queue, so nobody will go on with it"];
  if (more.length > 0) return [`it stands ${items.length} times in the queue`];
  return timeProblems(record, item, now);
}

/** What was cancelled while it ran stays in the queue until its attempts are known to be closed. */
function leftProblems({ state }: TaskRecord, items: readonly Item[], isAtRest: boolean): string[] {
  if (!isClosing(state)) return items.length === 0 ? [] : ["it has ended, and is in the queue"];
  if (isAtRest) return ["its attempts are still being stopped, although nothing is under way"];
  return items.length === 1
    ? []
    : [`its attempts are being stopped, and it stands ${items.length} times in the queue`];
}

function timeProblems(record: TaskRecord, { vestAt, due }: Item, now: number): string[] {
  if (due.status === "leased") {
    return vestAt <= now + LEASE_MS ? [] : [`its lease ends in ${vestAt - now} ms`];
  }
  if (vestAt !== record.dueAt) {
    return [`it is due at ${vestAt}, its record says at ${record.dueAt}`];
  }
  // Whoever takes it goes on with what can begin at once; what only waits has its time.
  const wakeAt = nextWakeAt(record) ?? now;
  return vestAt <= Math.max(now, wakeAt) ? [] : [`it is due at ${vestAt}, later than a step`];
}

interface Item {
  readonly vestAt: number;
  readonly due: DueRecord;
}

function itemsOf(stored: Stored, taskId: string): Item[] {
  return stored.ofKind("due").flatMap(({ key: [, vestAt, id], value }) =>
    id === taskId ? [{ vestAt: Number(vestAt), due: DueRecord.parse(value) }] : []
  );
}

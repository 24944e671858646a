import { hasEnded, isClosing } from "../states.ts";
import type { SlotView, SlotWaiter } from "../store/slots.ts";
import type { StoredTask } from "../store/tasks.ts";
import { UnreadableError } from "../store/unreadable.ts";
import type { Claim } from "./claim.ts";
import type { RunContext } from "./context.ts";
import { endLostTask } from "./lost_task.ts";
import { deadlineOf, overLimit } from "./task_limits.ts";

/** What handing out slots takes. */
export type SlotContext = Pick<
  RunContext,
  "store" | "clock" | "ids" | "random" | "hub" | "backlog" | "onUnexpected"
>;

/**
 * Sees to it that of an app with a `concurrency` no more tasks hold a worker at once, in all
 * processes together. A task that finds no slot leaves the queue, and whoever gives a slot back
 * hands it to the task that has waited longest.
 */
export interface Slots {
  /** The claim, with a slot where its app wants one; null where the task has to wait, or is lost. */
  claim(claim: Claim): Promise<Claim | null>;
  /** Hands out what nobody has handed out, and frees what a task holds that is no more. */
  sweep(): Promise<void>;
  /** Calls `action` when a task that waited has come back into the queue. */
  whenDue(action: () => void): void;
}

export function createSlots(context: SlotContext): Slots {
  const { store, clock, random, hub, backlog, onUnexpected } = context;
  const { slots } = store;
  /** Apps whose free slots are being handed out; true where more have come free meanwhile. */
  const filling = new Map<string, boolean>();
  let onDue = () => {};

  async function claim(claim: Claim): Promise<Claim | null> {
    const { task, lease, app: { id: appId, definition } } = claim;
    const { concurrency: limit } = definition;
    if (limit === undefined || task.record.slot?.type === "held") return claim;
    if (overLimit(task.record, definition, clock.now()) !== null) return claim; // all it does is fail
    const deadline = deadlineOf(task.record, definition);
    do {
      const view = await slots.view(appId);
      const number = freeNumber(view, limit, random);
      if (number !== null) {
        const held = await slots.take(task, lease, number);
        if (held !== null) return { ...claim, task: held };
      } else if (await slots.wait(task, lease, { view, limit, deadline }) !== null) {
        backlog.added();
        hub.taskChanged(task.record.id);
        return null;
      }
    } while (await isStillOurs(claim)); // then somebody else was faster with the slot
    return null;
  }

  async function isStillOurs({ task, lease }: Claim): Promise<boolean> {
    const { id } = task.record;
    const stored = await store.tasks.read(id);
    const item = await store.tasks.readLease(id, lease.vestAt);
    return stored?.versionstamp === task.versionstamp && item?.versionstamp === lease.versionstamp;
  }

  /** Hands out the free slots of an app. */
  async function fill(appId: string): Promise<void> {
    const isFilling = filling.has(appId);
    filling.set(appId, isFilling);
    if (isFilling) return;
    try {
      do {
        filling.set(appId, false);
        const passed = new Set<string>();
        while (await fillOne(appId, passed));
      } while (filling.get(appId) === true);
    } catch (error) {
      onUnexpected(error, "handing out slots");
    } finally {
      filling.delete(appId);
    }
  }

  /** False where there is no more to hand out, or nobody waits for it. */
  async function fillOne(appId: string, passed: Set<string>): Promise<boolean> {
    const next = await slots.nextWaiter(appId, await slots.view(appId), passed);
    if (next === null) return false;
    const task = await readWaiting(appId, next.waiter);
    if (task === null) return true;
    const at = clock.now();
    const assigned = await slots.assign(task, next.waiter, { number: next.number, at });
    if (assigned === null) {
      if (await isTaken(task)) passed.add(task.record.id); // it would be refused for ever
    } else {
      hub.taskChanged(assigned.record.id);
      onDue();
    }
    return true;
  }

  /** Whether somebody has taken a waiting task, its deadline having come, to end it. */
  async function isTaken({ record: { id, dueAt }, versionstamp }: StoredTask): Promise<boolean> {
    if (dueAt === null) return false;
    return (await store.tasks.readLease(id, dueAt))?.versionstamp !== versionstamp;
  }

  /** The waiting task; or null where there is none, its row being gone then. */
  async function readWaiting(appId: string, waiter: SlotWaiter): Promise<StoredTask | null> {
    const { taskId } = waiter;
    try {
      const task = await store.tasks.read(taskId);
      if (isWaiting(task, appId)) return task;
      await slots.dropWaiter(appId, waiter);
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      const why = { reason: error.message, at: clock.now() };
      await endLostTask(
        context,
        { taskId, error },
        (end) => store.setAside.waiter(waiter, why, { appId, end }),
      );
    }
    return null;
  }

  async function holds(taskId: string, number: number): Promise<boolean> {
    try {
      const task = await store.tasks.read(taskId);
      if (task === null) return false;
      const { state, slot } = task.record;
      const isAlive = !hasEnded(state) || isClosing(state);
      return isAlive && slot?.type === "held" && slot.number === number;
    } catch (error) {
      if (error instanceof UnreadableError) return false;
      throw error;
    }
  }

  slots.whenFreed((appId) => void fill(appId));

  return {
    claim,
    whenDue(action) {
      onDue = action;
    },
    async sweep() {
      for await (const { appId, number, taskId, versionstamp } of slots.all()) {
        if (taskId !== null && await holds(taskId, number)) continue;
        await slots.free(appId, number, versionstamp);
      }
      for await (const appId of slots.waitingApps()) await fill(appId);
    },
  };
}

function isWaiting(task: StoredTask | null, appId: string): task is StoredTask {
  return task !== null && !hasEnded(task.record.state) && task.record.app.id === appId &&
    task.record.slot?.type === "waiting";
}

/** Any of the free ones, so that processes that look at the same time seldom want the same. */
function freeNumber({ taken }: SlotView, limit: number, random: () => number): number | null {
  const free = Array.from({ length: limit }, (_, number) => number).filter((n) => !taken.has(n));
  return free[Math.floor(random() * free.length)] ?? null;
}

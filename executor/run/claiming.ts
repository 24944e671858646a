import type { App } from "../app.ts";
import type { Plan } from "../definition/plan.ts";
import { lostApp } from "../read/lost_app.ts";
import { hasEnded } from "../states.ts";
import type { DueItem } from "../store/queue.ts";
import type { TaskRecord } from "../store/records.ts";
import type { Lease, StoredTask } from "../store/tasks.ts";
import { UnreadableError } from "../store/unreadable.ts";
import { TemplateError } from "../template/liquid.ts";
import type { Claim } from "./claim.ts";
import { settle } from "./closing.ts";
import { LEASE_MS, type RunContext } from "./context.ts";
import { failTask } from "./giving_up.ts";
import { endLostTask } from "./lost_task.ts";
import { TaskLane } from "./task_lane.ts";

/**
 * Takes an item of the queue and reads what running its task needs. Null where there is nothing to
 * run: somebody else was faster, the task has ended, has to wait for a slot, or can never be run and
 * was ended for that.
 *
 * @param hasAlibi Whether it is known to be no cause of crashes, or of some only.
 */
export async function claimTask(
  context: RunContext,
  item: DueItem,
  hasAlibi: boolean,
): Promise<Claim | null> {
  const { store, clock, observer, onUnexpected } = context;
  const { taskId } = item;
  const lease = await store.queue.claim(item, clock.now() + LEASE_MS, hasAlibi);
  if (lease === null) return null;
  context.backlog.taken();
  if (item.record === null) {
    const sentence = `Cannot read the item of task "${taskId}"`;
    onUnexpected(new UnreadableError(sentence), "queue", { taskId });
  } else if (lease.crashes > item.record.crashes) {
    observer.onEvent({ type: "lease-expired", taskId, crashes: lease.crashes });
  }
  const task = await readTask(context, taskId, lease);
  if (task === null) return null;
  if (hasEnded(task.record.state)) {
    await settle(context, task, lease);
    return null;
  }
  const claim = await claimOf(context, task, lease);
  return claim && await context.slots.claim(claim);
}

/** The task; or null where there is none to run, its item being out of the queue then. */
async function readTask(
  context: RunContext,
  taskId: string,
  lease: Lease,
): Promise<StoredTask | null> {
  const { store } = context;
  try {
    const task = await store.tasks.read(taskId);
    if (task === null) await store.tasks.moveDue(taskId, lease, { type: "remove" });
    return task;
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    const why = { reason: error.message, at: context.clock.now() };
    await endLostTask(
      context,
      { taskId, error },
      (end) => store.setAside.task(lease, why, { taskId, end }),
    );
    return null;
  }
}

/** What never changes any more, such as a version that is gone, fails the task at once. */
async function claimOf(context: RunContext, task: StoredTask, lease: Lease): Promise<Claim | null> {
  const { id, app: { version } } = task.record;
  try {
    const app = await readVersion(context, task.record);
    return { task, lease, app, plan: await planOf(context, app), freshInputs: null };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    const reference = context.ids.nonce();
    context.onUnexpected(error, "queue", { taskId: id, reference });
    const message = `Version ${version} of this app is gone or cannot be read. ` +
      `The log has it as ${reference}`;
    const lane = new TaskLane(context, { app: lostApp(task.record), task, lease });
    await failTask(context, lane, message);
    return null;
  }
}

async function readVersion({ store }: RunContext, { app: { id, version } }: TaskRecord) {
  const app = await store.apps.readVersion(id, version);
  if (app !== null) return app;
  throw new UnreadableError(`Cannot run version ${version} of app "${id}": it is gone`);
}

async function planOf(context: RunContext, app: App): Promise<Plan> {
  try {
    return await context.planOf(app);
  } catch (cause) {
    const isOfTheApp = cause instanceof TemplateError || cause instanceof RangeError;
    if (!isOfTheApp) throw cause;
    const what = `version ${app.version} of app "${app.id}"`;
    throw new UnreadableError(`Cannot plan ${what}: ${cause.message}`, { cause });
  }
}

import type { KvItem } from "../store/kv.ts";
import type { DueItem } from "../store/queue.ts";
import { UnreadableError } from "../store/unreadable.ts";
import type { Claim } from "./claim.ts";
import { claimTask } from "./claiming.ts";
import type { RunContext } from "./context.ts";
import { afterRunError } from "./giving_up.ts";
import { runsNothing } from "./runs_nothing.ts";
import { isSpared, SUSPECT_PAUSE_MS, tellApart } from "./suspects.ts";
import { TaskRunner } from "./task_runner.ts";

/** How long the listener sleeps at most without looking. */
const MAX_SLEEP_MS = 60_000;
/** The same where others may die and leave tasks behind: these are found before their lease is. */
const SHARED_SLEEP_MS = 5_000;
const RETRY_MS = 1_000;
/** How long handing over may take: one commit a task. Deno Deploy gives five seconds for all of it. */
const HAND_OVER_MS = 800;

/** Takes due tasks and runs them, up to `concurrency` at once. */
export interface Listener {
  /** Keeps a place for a task about to be accepted. False where it has to queue. */
  reserve(): boolean;
  /** Gives a reserved place back: the task was not accepted. */
  unreserve(): void;
  /** Runs, in a reserved place, a task whose lease was taken when it was accepted. */
  runReserved(claim: Claim): void;
  /** Stops a task that was cancelled, if it runs here. */
  abandon(taskId: string): void;
  /** Stops the tasks that run here and were ended elsewhere, or are gone. */
  dropEnded(): void;
  /** Says that something may be due. */
  wake(): void;
  /** Looks for due tasks and runs them until none is left, or `ms` milliseconds have passed. */
  sweep(ms: number): Promise<void>;
  /** Takes no more; what runs has `graceMs` milliseconds to end, then is handed over. */
  stop(graceMs: number): Promise<void>;
  /** Whether it takes tasks and its last look at the queue went well. */
  isWell(): boolean;
  /** Tasks that run here, and how many more may. */
  places(): Places;
}

export interface Places {
  readonly running: number;
  readonly free: number;
}

export function startListener(context: RunContext, concurrency: number): Listener {
  const { store, clock, random } = context;
  const isShared = store.watches !== null;
  const running = new Map<string, { readonly runner: TaskRunner; readonly ended: Promise<void> }>();
  let reserved = 0;
  let isStopped = false;
  let isHandingOver = false;
  let isLooking = false;
  let looking = Promise.resolve();
  let shouldLookAgain = false;
  let hasBacklog = false;
  let hasFailed = false;
  /** When those that are held up here may be taken. */
  let heldUntil = 0;
  let cancelTimer = () => {};
  const startBefore = store.queue.noteStart(clock.now()).catch((error) => {
    context.onUnexpected(error, "listener");
    return null;
  });

  function wake(): void {
    if (isStopped) return;
    if (isLooking) shouldLookAgain = true;
    else looking = look();
  }

  async function look(): Promise<void> {
    isLooking = true;
    do {
      shouldLookAgain = false;
      cancelTimer();
      const sleepMs = await takeDue().catch((error) => {
        hasFailed = true;
        context.onUnexpected(error, "listener");
        return RETRY_MS;
      });
      if (!isStopped) cancelTimer = clock.after(sleepMs, wake);
    } while (shouldLookAgain && !isStopped);
    isLooking = false;
  }

  /** Takes what is due. How long to sleep until there is more, in milliseconds. */
  async function takeDue(): Promise<number> {
    const now = clock.now();
    const mayRest = await takeDueAt(now);
    const next = await store.queue.nextVestAfter(now); // what came due meanwhile is among it
    hasFailed = false;
    const longest = mayRest ? (isShared ? SHARED_SLEEP_MS : MAX_SLEEP_MS) : RETRY_MS;
    return next === null ? longest : Math.min(longest, Math.max(1, next - clock.now()));
  }

  /** A task that has ended holds no place, though its runner may still be tidying up. */
  function countFree(): number {
    let busy = reserved;
    for (const { runner } of running.values()) if (!runner.hasEndedTask) busy++;
    return concurrency - busy;
  }

  /** False where to look again soon: something failed, or could not be seen. */
  async function takeDueAt(now: number): Promise<boolean> {
    const free = countFree();
    if (free <= 0) {
      hasBacklog = true;
      return true;
    }
    const { items: found, strays } = await store.queue.peek(now, free * 2);
    await Promise.all(strays.map(setAside));
    if (strays.length > 0) shouldLookAgain = true;
    const items = chosenOf(found.filter(({ taskId }) => !running.has(taskId)), free);
    hasBacklog = items.length === free;
    // Items of what runs here, whose leases have run out, may hide others until they are moved on.
    const mayHideOthers = !hasBacklog && found.length + strays.length === free * 2;
    const crashes = [...running.values()].map(({ runner }) => runner.lane.troubles.crashes);
    const { together, apart } = tellApart(items, { running: crashes, now });
    const taken = await Promise.all([
      ...together.map((item) => reported(item, take(item))),
      ...apart.map((item) => reported(item, hold(item))),
    ]);
    if (hasBacklog && taken.includes("left")) shouldLookAgain = true; // there are places left
    return !taken.includes("failed") && !mayHideOthers;
  }

  /** The first ones; where others choose as well, those from a random place on, to get in no way. */
  function chosenOf(items: readonly DueItem[], count: number): readonly DueItem[] {
    if (!isShared || items.length <= count) return items.slice(0, count);
    const first = Math.floor(random() * items.length);
    return [...items.slice(first), ...items.slice(0, first)].slice(0, count);
  }

  async function take(item: DueItem): Promise<"taken" | "left"> {
    if (isStopped) return "left";
    const claim = await claimTask(context, item, isSpared(item, await startBefore));
    if (claim === null) return "left";
    run(claim);
    return "taken";
  }

  /** Leaves a suspect for later, unless all there is to do is to end it. */
  async function hold(item: DueItem): Promise<"taken" | "left"> {
    if (await runsNothing(context, item, isSpared(item, await startBefore))) return take(item);
    const now = clock.now();
    if (heldUntil <= now) heldUntil = now + SUSPECT_PAUSE_MS; // else with the others: they form a line
    await store.queue.postpone(item, heldUntil);
    return "left";
  }

  function reported<Taken>({ taskId }: DueItem, taken: Promise<Taken>): Promise<Taken | "failed"> {
    return taken.catch((error) => {
      context.onUnexpected(error, "taking a task", { taskId });
      return "failed";
    });
  }

  /** They would be at the head for ever. */
  async function setAside(row: KvItem): Promise<void> {
    const reason = `Cannot take "${row.key.join(" ")}" for an item of the queue`;
    const isOurs = await store.setAside.row(row, { reason, at: clock.now() });
    if (isOurs) context.onUnexpected(new UnreadableError(reason), "queue");
  }

  function run(claim: Claim): void {
    const { id } = claim.task.record;
    const runner = new TaskRunner(context, claim);
    const ended = runner.run()
      .catch((error) => afterRunError(context, runner.lane, error))
      .then(() => {
        running.delete(id);
        if (hasBacklog || !runner.hasEndedTask) wake();
      });
    running.set(id, { runner, ended });
    if (isHandingOver) runner.handOver();
  }

  /** Resolves when nothing runs or is held up here and nothing is being taken, or sometime after it is too late. */
  async function allEnded(deadline: number): Promise<void> {
    do {
      await looking;
      await Promise.all([...running.values()].map(({ ended }) => ended));
      await lookAtHeld();
    } while ((isLooking || running.size > 0) && clock.now() < deadline);
  }

  async function lookAtHeld(): Promise<void> {
    const ms = heldUntil - clock.now();
    if (isStopped || ms <= 0) return;
    await new Promise<void>((resolve) => void clock.after(ms, resolve));
    wake();
  }

  function allEndedWithin(ms: number): Promise<void> {
    return within(clock, ms, allEnded(clock.now() + ms));
  }

  const dropEnded = oneAtATime(async () => {
    for (const taskId of await store.tasks.readEnded([...running.keys()])) {
      running.get(taskId)?.runner.abandon();
    }
  }, (error) => context.onUnexpected(error, "listener"));

  return {
    wake,
    dropEnded,
    reserve() {
      const hasRoom = !isStopped && !hasBacklog && countFree() > 0;
      if (hasRoom) reserved++;
      return hasRoom;
    },
    unreserve() {
      reserved--;
      if (hasBacklog) wake(); // it may have been the place that a task was left for
    },
    runReserved(claim) {
      reserved--;
      run(claim);
    },
    abandon: (taskId) => running.get(taskId)?.runner.abandon(),
    isWell: () => !isStopped && !hasFailed,
    places() {
      const free = countFree();
      return { running: concurrency - free, free: Math.max(0, free) };
    },
    async sweep(ms) {
      wake();
      await allEndedWithin(ms);
    },
    async stop(graceMs) {
      isStopped = true;
      cancelTimer();
      await allEndedWithin(graceMs);
      isHandingOver = true;
      for (const { runner } of running.values()) runner.handOver();
      await allEndedWithin(HAND_OVER_MS);
    },
  };
}

/** Does it again after it has been done, if it was asked for meanwhile. */
function oneAtATime(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let isBusy = false;
  let isAsked = false;
  return async function ask(): Promise<void> {
    isAsked = true;
    if (isBusy) return;
    isBusy = true;
    for (; isAsked;) {
      isAsked = false;
      await work().catch(onError);
    }
    isBusy = false;
  };
}

/** Resolves with the promise, or after `ms` milliseconds. */
function within(clock: RunContext["clock"], ms: number, promise: Promise<void>): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    promise.then(() => {
      cancel();
      resolve();
    });
  });
}

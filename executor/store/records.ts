import { z } from "zod";
import { ORIGIN_KINDS, SKIP_REASONS, TASK_STATUSES } from "../task.ts";

/** Shapes of what the database holds. Everything read from it goes through these. */

const Time = z.number();
const AppRef = z.object({ id: z.string(), name: z.string(), version: z.number() });
const Origin = z.object({ kind: z.enum(ORIGIN_KINDS) });
const Usage = z.object({ inputTokens: z.number(), outputTokens: z.number() });
const TaskError = z.object({
  stepId: z.string().nullable(),
  outputName: z.string().optional(),
  message: z.string(),
});

const tried = { attempt: z.number(), usage: Usage.optional() };
const attempted = { ...tried, startedAt: Time, finishedAt: Time };
const StepStateRecord = z.discriminatedUnion("status", [
  z.object({ status: z.literal("queued"), ...tried, retryAt: Time.optional() }),
  z.object({
    status: z.literal("running"),
    ...tried,
    startedAt: Time,
    resumeAt: Time.optional(),
  }),
  z.object({
    status: z.literal("completed"),
    ...attempted,
    copied: z.literal(true).optional(),
  }),
  z.object({
    status: z.literal("failed"),
    ...attempted,
    isTolerated: z.literal(true).optional(),
  }),
  z.object({
    status: z.literal("skipped"),
    attempt: z.literal(0),
    finishedAt: Time,
    reason: z.enum(SKIP_REASONS).optional(),
  }),
  z.object({
    status: z.literal("cancelled"),
    ...tried,
    startedAt: Time.nullable(),
    finishedAt: Time,
  }),
]);

const ended = { startedAt: Time, finishedAt: Time };
const TaskStateRecord = z.discriminatedUnion("status", [
  z.object({ status: z.literal("running"), startedAt: Time.nullable() }),
  z.object({ status: z.literal("completed"), ...ended }),
  z.object({ status: z.literal("failed"), ...ended, error: TaskError }),
  z.object({
    status: z.literal("cancelled"),
    startedAt: Time.nullable(),
    finishedAt: Time,
    closedAt: Time.nullable().optional(),
  }),
]);

const ForkedFrom = z.object({
  taskId: z.string(),
  stepId: z.string().nullable(),
  savedMs: z.number(),
  savedTokens: z.number(),
});

/** A task, compact: the states of its steps, no bodies. */
export const TaskRecord = z.object({
  id: z.string(),
  /** Grows by one with each write of the record. */
  revision: z.number(),
  /** Names the write: tells whether a commit that threw was applied. */
  writer: z.string(),
  app: AppRef,
  origin: Origin,
  forkedFrom: ForkedFrom.optional(),
  createdAt: Time,
  state: TaskStateRecord,
  steps: z.record(z.string(), StepStateRecord),
  /** Where its item stood in the queue when this was written; a worker's heartbeat moves it on. */
  dueAt: Time.nullable(),
  /**
   * Of a task whose app runs only so many at once: the slot it holds, or that it waits for one.
   * Says nothing once the task has ended and its attempts have closed.
   */
  slot: z.discriminatedUnion("type", [
    z.object({ type: z.literal("held"), number: z.number() }),
    z.object({ type: z.literal("waiting") }),
  ]).optional(),
});
export type TaskRecord = z.infer<typeof TaskRecord>;

/** An estimate on the high side of a task record's bytes as Deno KV stores it. */
export function recordSize({ steps, state }: TaskRecord): number {
  const error = state.status === "failed" ? state.error.message.length * 2 : 0;
  return 800 + error + Object.keys(steps).length * 280;
}

/** A text or JSON, as UTF-8: in the record itself, or in parts. `characters` counts UTF-16 units. */
export const Body = z.discriminatedUnion("place", [
  z.object({ place: z.literal("inline"), bytes: z.instanceof(Uint8Array), characters: z.number() }),
  z.object({
    place: z.literal("parts"),
    set: z.string(),
    count: z.number(),
    characters: z.number(),
  }),
]);
export type Body = z.infer<typeof Body>;

/** A task's inputs, as its body of JSON holds them. */
export const InputRecord = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]),
);

const AttemptFailureRecord = z.object({
  attempt: z.number(),
  startedAt: Time,
  finishedAt: Time,
  message: z.string(),
  usage: Usage.optional(),
});

/** What a step has to show: its result, or why it failed, and the attempts that failed before. */
export const StepRecord = z.object({
  format: z.enum(["text", "json"]),
  body: Body.nullable(),
  error: z.string().nullable(),
  failures: z.array(AttemptFailureRecord).default([]),
});
export type StepRecord = z.infer<typeof StepRecord>;

/** A fork as the task it was made from lists it. `stepName` is null for the whole app. */
export const ForkRecord = z.object({
  stepName: z.string().nullable(),
  version: z.number(),
  createdAt: Time,
});
export type ForkRecord = z.infer<typeof ForkRecord>;

export const TaskRowRecord = z.object({
  id: z.string(),
  status: z.enum(TASK_STATUSES),
  app: AppRef,
  origin: Origin,
  createdAt: Time,
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
});

/** An item of the queue. `leased`: somebody has it until its time; `ready`: anybody may take it then. */
export const DueRecord = z.object({
  status: z.enum(["ready", "leased"]),
  /** How often a lease ran out: processes that died with it, or lost the database. */
  crashes: z.number(),
  /** How often running it ended with an error that was no step's; absent for never. */
  errors: z.number().optional(),
  /** Whether, between two crashes, a process began that did not run it then. */
  hasAlibi: z.literal(true).optional(),
  /** When it could first be taken, where it has been left for later since: a lease ran out then. */
  heldSince: Time.optional(),
  /** Names the claim that put it here, until the first heartbeat. */
  claim: z.string().optional(),
});
export type DueRecord = z.infer<typeof DueRecord>;

/** Who holds a slot. */
export const SlotRecord = z.object({ taskId: z.string() });
export type SlotRecord = z.infer<typeof SlotRecord>;

/** A task that waits for a slot: one below `limit`, which is its app's concurrency. */
export const SlotWaitingRecord = z.object({
  limit: z.number(),
  crashes: z.number(),
  errors: z.number(),
  hasAlibi: z.boolean().default(false),
});
export type SlotWaitingRecord = z.infer<typeof SlotWaitingRecord>;

/** Why something was taken out of the queue for good, and when. */
export const SetAsideRecord = z.object({ reason: z.string(), at: Time });
export type SetAsideRecord = z.infer<typeof SetAsideRecord>;

/** An app as lists need it; its definition is in its versions. */
export const AppRecord = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  version: z.number(),
  savedAt: Time,
  kinds: z.array(z.string()),
});
export type AppRecord = z.infer<typeof AppRecord>;

/** One version of an app: its definition as UTF-8 JSON. */
export const AppVersionRecord = z.object({
  definition: z.instanceof(Uint8Array),
  savedAt: Time,
});
export type AppVersionRecord = z.infer<typeof AppVersionRecord>;

/** Which task a request made, and what it asked for. */
export const RequestRecord = z.object({ taskId: z.string(), fingerprint: z.string() });
export type RequestRecord = z.infer<typeof RequestRecord>;

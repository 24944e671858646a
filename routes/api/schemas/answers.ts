import { z } from "zod";
import {
  APP_ID,
  Definition,
  LINK_ID,
  ORIGIN_KINDS,
  SHOWN_PARTS,
  SKIP_REASONS,
  STEP_STATUSES,
  TASK_ID,
  TASK_STATUSES,
} from "../../../executor/mod.ts";

/**
 * What the API answers. Nothing is read through these: they say what clients can rely on, and the
 * tests hold every answer against them. Strict, so that no field is answered and not told.
 */

const Time = z.iso.datetime({ precision: 3 });
const Milliseconds = z.int().min(0);
const Identifier = z.string();
/** Any JSON value. */
const AnyJson = z.unknown().describe("Any JSON value.");

const TaskId = z.string().regex(TASK_ID);
const AppId = z.string().regex(APP_ID);

const Usage = z.strictObject({
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
}).describe("Tokens that models read and wrote.");

const Origin = z.strictObject({ kind: z.enum(ORIGIN_KINDS) }).describe("How it was triggered.");

const { steps, ...definition } = Definition.shape;

/** An app. */
export const App = z.strictObject({
  id: AppId,
  version: z.int().min(1).describe("Grows when the content changes."),
  ...definition,
  steps: z.array(steps.element.extend({ config: z.record(z.string(), AnyJson) })),
});

export const AppList = z.strictObject({ apps: z.array(App) });

const AppRef = z.strictObject({ id: AppId, name: z.string(), version: z.int().min(1) });

const TaskError = z.strictObject({
  stepId: Identifier.nullable().describe("The step that failed; null where none did."),
  outputName: Identifier.optional().describe("The output whose text did not fit its type."),
  message: z.string(),
});

const Progress = z.strictObject({
  step: z.int().min(0),
  total: z.int().min(0),
  completed: z.int().min(0).describe("Steps completed, skipped, or failed and gone over."),
});

const AttemptFailure = z.strictObject({
  attempt: z.int().min(1),
  startedAt: Time,
  finishedAt: Time,
  error: z.string(),
  usage: Usage.optional(),
});

export const Step = z.strictObject({
  id: Identifier,
  name: z.string(),
  kind: z.string(),
  status: z.enum(STEP_STATUSES),
  attempt: z.int().min(0),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  durationMs: Milliseconds.nullable(),
  resumeAt: Time.optional().describe("When a step that waits goes on."),
  retryAt: Time.optional().describe("When a step that failed is tried again."),
  output: AnyJson.optional(),
  error: z.string().optional(),
  isTolerated: z.literal(true).optional().describe("It failed, and the task went on without it."),
  reason: z.enum(SKIP_REASONS).optional().describe("Why it was skipped."),
  failures: z.array(AttemptFailure).optional().describe("Attempts followed by another."),
  usage: Usage.optional(),
  copied: z.literal(true).optional().describe("It ran in the task that this is a fork of."),
});

const Output = z.strictObject({
  name: Identifier,
  label: z.string(),
  type: z.enum(["markdown", "text", "json"]),
  value: AnyJson.describe("A text; of type json any JSON value."),
});

const ForkedFrom = z.strictObject({
  taskId: TaskId,
  stepId: Identifier.nullable().describe("Null for the whole app."),
  savedMs: z.number().min(0),
  savedTokens: z.int().min(0),
});

/** A task. */
export const Task = z.strictObject({
  id: TaskId,
  status: z.enum(TASK_STATUSES),
  app: z.strictObject({ ...AppRef.shape, description: z.string() }),
  origin: Origin,
  forkedFrom: ForkedFrom.optional(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  createdAt: Time,
  startedAt: Time.nullable().describe("Null until it begins."),
  finishedAt: Time.nullable(),
  durationMs: Milliseconds.nullable(),
  closedAt: Time.nullable().optional().describe(
    "Of a cancelled task: when its last attempt had stopped; null while that is stopped.",
  ),
  progress: Progress,
  steps: z.array(Step),
  outputs: z.array(Output).describe("Empty until the task has completed."),
  error: TaskError.optional().describe("Where it failed."),
  usage: Usage.optional(),
});

export const TaskSummary = z.strictObject({
  id: TaskId,
  status: z.enum(TASK_STATUSES),
  app: AppRef,
  origin: Origin,
  createdAt: Time,
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  durationMs: Milliseconds.nullable(),
});

export const TaskList = z.strictObject({
  tasks: z.array(TaskSummary).describe("Newest first."),
  older: TaskId.nullable().describe("The before of the next page; null on the last."),
  newer: TaskId.nullable().describe("The after of the page before; null on the first."),
});

const WrittenText = z.strictObject({
  stepId: Identifier,
  attempt: z.int().min(1),
  offset: z.int().min(0).describe("Where it belongs in the attempt's text, in UTF-16 units."),
  text: z.string(),
});

/** Data of the event `task`. */
export const TaskEvent = z.strictObject({
  task: Task,
  written: z.array(WrittenText).describe("What steps have written that have not completed."),
});

/** Data of the event `change`. */
export const ChangeEvent = z.strictObject({
  task: Task.omit({ steps: true }).partial().describe("The fields that changed, whole."),
  steps: z.array(Step).describe("The steps that changed, whole."),
  written: z.array(WrittenText).describe("Text to put behind what was there."),
});

const ShareId = z.string().regex(LINK_ID);

/** A share just made. */
export const NewShare = z.strictObject({
  id: ShareId,
  url: z.url().describe("Where to look at the task."),
  token: z.string().describe("What the address ends with. It is told this once."),
  expiresAt: Time,
});

export const ShareList = z.strictObject({
  shares: z.array(z.strictObject({
    id: ShareId,
    show: z.array(z.enum(SHOWN_PARTS)),
    origins: z.array(z.string()),
    createdAt: Time,
    expiresAt: Time,
    createdBy: z.string().describe("The name of whoever made it."),
    views: z.int().min(0).describe("How often its page was opened, but for the last seconds."),
  })),
});

/** An error, after RFC 9457. */
export const Problem = z.strictObject({
  type: z.literal("about:blank"),
  status: z.int().min(400).max(599),
  title: z.string(),
  detail: z.string().describe("A sentence about this very request."),
  errors: z.record(z.string(), z.string()).optional().describe("Sentences by input name."),
});

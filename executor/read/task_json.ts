import type { App } from "../app.ts";
import type { Json } from "../definition/schema.ts";
import { hasEnded, progressOf, type StepState } from "../states.ts";
import type { Store } from "../store/mod.ts";
import type { StepRecord, TaskRecord } from "../store/records.ts";
import type {
  AttemptFailure,
  AttemptFailureJson,
  OutputJson,
  StepJson,
  TaskJson,
  Usage,
} from "../task.ts";

/** A task as JSON, with its results and outputs whole. */
export async function readTaskJson(
  store: Store,
  record: TaskRecord,
  app: App,
): Promise<TaskJson> {
  const { id, state, origin, forkedFrom, createdAt } = record;
  const stepRecords = await store.tasks.readSteps(id);
  const results = await store.tasks.readResults(id);
  const finishedAt = "finishedAt" in state ? state.finishedAt : null;
  const { name, description, steps } = app.definition;
  const states = statesOf(record, app);
  const usage = usageOf(states);
  return {
    id,
    status: state.status,
    app: { id: app.id, name, description, version: app.version },
    origin,
    ...(forkedFrom && { forkedFrom }),
    inputs: await store.tasks.readInputs(id),
    ...times(createdAt, state.startedAt, finishedAt),
    progress: progressOf(states),
    steps: steps.map((step, i) =>
      stepJson(step, states[i], stepRecords.get(step.id), results.get(step.id))
    ),
    outputs: hasEnded(state) ? await readOutputs(store, id, app) : [],
    ...(state.status === "failed" && { error: state.error }),
    ...(usage && { usage }),
  };
}

/** The states of an app's steps, in its order. */
export function statesOf(record: TaskRecord, app: App): StepState[] {
  return app.definition.steps.map(({ id }) => record.steps[id] ?? { status: "queued", attempt: 0 });
}

/** The tokens of all steps that ran in this task; null where none used any. */
export function usageOf(states: readonly StepState[]): Usage | null {
  const used = states.flatMap((state) =>
    state.status === "completed" && !state.copied ? state.usage ?? [] : []
  );
  if (used.length === 0) return null;
  return used.reduce((sum, usage) => ({
    inputTokens: sum.inputTokens + usage.inputTokens,
    outputTokens: sum.outputTokens + usage.outputTokens,
  }));
}

function stepJson(
  { id, name, kind }: { readonly id: string; readonly name: string; readonly kind: string },
  state: StepState = { status: "queued", attempt: 0 },
  record: StepRecord | undefined,
  output: Json | undefined,
): StepJson {
  const startedAt = "startedAt" in state ? state.startedAt : null;
  const finishedAt = "finishedAt" in state ? state.finishedAt : null;
  return {
    id,
    name,
    kind,
    status: state.status,
    attempt: state.attempt,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    durationMs: duration(startedAt, finishedAt),
    ...(state.status === "running" && state.resumeAt !== undefined &&
      { resumeAt: iso(state.resumeAt) }),
    ...(state.status === "queued" && state.retryAt !== undefined &&
      { retryAt: iso(state.retryAt) }),
    ...(output !== undefined && { output }),
    ...(record?.error && { error: record.error }),
    ...(record !== undefined && record.failures.length > 0 && {
      failures: record.failures.map(failureJson),
    }),
    ...(state.status === "completed" && state.usage && { usage: state.usage }),
    ...(state.status === "completed" && state.copied && { copied: state.copied }),
  };
}

function failureJson(failure: AttemptFailure): AttemptFailureJson {
  const { attempt, startedAt, finishedAt, message } = failure;
  return { attempt, startedAt: iso(startedAt), finishedAt: iso(finishedAt), error: message };
}

async function readOutputs(store: Store, taskId: string, app: App): Promise<OutputJson[]> {
  const bodies = await store.tasks.readOutputs(taskId);
  const outputs: OutputJson[] = [];
  for (const { name, label, type } of app.definition.outputs) {
    const body = bodies.get(name);
    if (body === undefined) continue;
    const text = await store.tasks.readBody(taskId, body);
    outputs.push({ name, label, type, value: type === "json" ? JSON.parse(text) : text });
  }
  return outputs;
}

function times(createdAt: number, startedAt: number | null, finishedAt: number | null) {
  return {
    createdAt: new Date(createdAt).toISOString(),
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    durationMs: duration(startedAt, finishedAt),
  };
}

function iso(time: number): string;
function iso(time: number | null): string | null;
function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

function duration(startedAt: number | null, finishedAt: number | null): number | null {
  return startedAt === null || finishedAt === null ? null : Math.max(0, finishedAt - startedAt);
}

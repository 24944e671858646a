import type { App } from "../app.ts";
import { hasEnded, isTolerated, progressOf, type StepState } from "../states.ts";
import type { Store } from "../store/mod.ts";
import type { StepRecord, TaskRecord } from "../store/records.ts";
import type {
  AttemptFailure,
  AttemptFailureJson,
  OutputJson,
  StepJson,
  TaskJson,
} from "../task.ts";
import type { StepScope } from "../template/liquid.ts";
import { usageOf } from "../usage.ts";

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
    ...(state.status === "cancelled" && state.closedAt !== undefined &&
      { closedAt: iso(state.closedAt) }),
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

function stepJson(
  { id, name, kind }: { readonly id: string; readonly name: string; readonly kind: string },
  state: StepState = { status: "queued", attempt: 0 },
  record: StepRecord | undefined,
  result: StepScope | undefined,
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
    // The records may be newer than the states: they are read after them.
    ...(state.status === "completed" && record?.body && result && { output: result.output }),
    ...(state.status === "failed" && record?.error && { error: record.error }),
    ...(isTolerated(state) && { isTolerated: true }),
    ...(state.status === "skipped" && state.reason && { reason: state.reason }),
    ...(record !== undefined && record.failures.length > 0 && {
      failures: record.failures.map(failureJson),
    }),
    ...("usage" in state && state.usage && { usage: state.usage }),
    ...(state.status === "completed" && state.copied && { copied: state.copied }),
  };
}

function failureJson(failure: AttemptFailure): AttemptFailureJson {
  const { attempt, startedAt, finishedAt, message, usage } = failure;
  return {
    attempt,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    error: message,
    ...(usage && { usage }),
  };
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

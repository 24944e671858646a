import type { App } from "../app.ts";
import type { Plan } from "../definition/plan.ts";
import type { InputDefinition, InputValues, Json, StepDefinition } from "../definition/schema.ts";
import { progressOf, type StepState } from "../states.ts";
import type { StepKind } from "../steps/step_kind.ts";
import { excerptOf } from "../store/bodies.ts";
import type { Store } from "../store/mod.ts";
import type { Body, StepRecord, TaskRecord } from "../store/records.ts";
import { rowOf } from "../store/tasks.ts";
import type { TextRef } from "../store/texts.ts";
import type {
  Excerpt,
  GivenField,
  InputDetail,
  OutputDetail,
  StepDetail,
  StepResult,
  TaskDetail,
  Written,
} from "../task.ts";
import { renderConfig, type TemplateScope } from "../template/liquid.ts";
import { usageOf } from "../usage.ts";
import { statesOf } from "./task_json.ts";

/** Characters a page shows of each part; the whole is a download away. */
const MAX_STEP_CHARACTERS = 4_000;
const MAX_INPUT_CHARACTERS = 4_000;
const MAX_OUTPUT_CHARACTERS = 60_000;
const MAX_WRITTEN_CHARACTERS = 200_000;
/** Forks a page lists. */
const MAX_FORKS = 20;

/** What reading a task takes. */
export interface ReadContext {
  readonly store: Store;
  readonly readText: (ref: TextRef) => Promise<string>;
  readonly kinds: ReadonlyMap<string, StepKind>;
}

/** A task to be read, with the version of the app it runs. */
export interface TaskSource {
  readonly record: TaskRecord;
  readonly app: App;
  readonly plan: Plan;
  /** An earlier reading of the same task: steps that have not changed since are taken from it. */
  readonly previous: TaskDetail | null;
}

/** Everything a page shows of a task. */
export async function readTaskDetail(
  context: ReadContext,
  source: TaskSource,
): Promise<TaskDetail> {
  const { record, app, plan } = source;
  const { definition } = app;
  const states = statesOf(record, app);
  const steps = await readSteps(context, source, states);
  return {
    ...rowOf(record),
    revision: record.revision,
    ...(record.state.status === "cancelled" && { closedAt: record.state.closedAt }),
    description: definition.description,
    waitsForSlotOf: isWaitingForSlot(record) ? definition.concurrency ?? null : null,
    inputs: source.previous?.inputs ?? await readInputs(context, source),
    levels: plan.levels,
    steps,
    progress: progressOf(states),
    outputs: await readOutputs(context, source),
    error: record.state.status === "failed" ? record.state.error : null,
    failedOutput: failedOutput(source),
    usage: usageOf(states),
    ...await readForks(context, source),
  };
}

/** Where the task was forked from, and what was forked from it. */
async function readForks({ store }: ReadContext, { record, app }: TaskSource) {
  const { id, forkedFrom } = record;
  const forks = await store.forks.list(id, MAX_FORKS + 1);
  return {
    forkedFrom: forkedFrom === undefined ? null : {
      ...forkedFrom,
      stepName: app.definition.steps.find((step) => step.id === forkedFrom.stepId)?.name ?? null,
      exists: await store.forks.exists(forkedFrom.taskId),
    },
    forks: forks.slice(0, MAX_FORKS),
    hasMoreForks: forks.length > MAX_FORKS,
  };
}

function failedOutput({ record: { state }, app }: TaskSource): string | null {
  const name = state.status === "failed" ? state.error.outputName : undefined;
  return app.definition.outputs.find((output) => output.name === name)?.label ?? null;
}

function isWaitingForSlot({ state, slot }: TaskRecord): boolean {
  return state.status === "running" && slot?.type === "waiting";
}

async function readInputs(
  { store }: ReadContext,
  { record, app }: TaskSource,
): Promise<InputDetail[]> {
  const values = await store.tasks.readInputs(record.id);
  return app.definition.inputs.flatMap((input) => {
    const value = values[input.name];
    return value === undefined ? [] : [inputDetail(input, value)];
  });
}

function inputDetail(
  { name, label, type }: InputDefinition,
  value: InputValues[string],
): InputDetail {
  const text = typeof value === "boolean" ? (value ? "Yes" : "No") : String(value);
  return { name, label, type, value: excerptOf(text, MAX_INPUT_CHARACTERS) };
}

async function readSteps(
  context: ReadContext,
  source: TaskSource,
  states: readonly StepState[],
): Promise<StepDetail[]> {
  const { app, previous } = source;
  const reading = new TaskReading(context, source);
  const details: StepDetail[] = [];
  for (const [i, step] of app.definition.steps.entries()) {
    const state = states[i] ?? { status: "queued", attempt: 0 };
    const before = previous?.steps[i];
    const isSame = before !== undefined && isSameState(before.state, state);
    details.push(
      isSame && state.status !== "running"
        ? before
        : await readStep(reading, { step, number: i + 1, state, before }),
    );
  }
  return details;
}

interface StepSource {
  readonly step: StepDefinition;
  readonly number: number;
  readonly state: StepState;
  readonly before: StepDetail | undefined;
}

async function readStep(
  reading: TaskReading,
  { step, number, state, before }: StepSource,
): Promise<StepDetail> {
  const record = (await reading.steps()).get(step.id);
  return {
    id: step.id,
    number,
    name: step.name,
    kindLabel: reading.kind(step.kind)?.label ?? step.kind,
    holds: reading.kind(step.kind)?.holds ?? null,
    needs: reading.needsOf(step.id),
    when: step.when ?? null,
    state,
    given: before?.given ?? await reading.given(step, state),
    written: await reading.written(step.id, state),
    result: record?.body ? await reading.result(record.body, record.format) : null,
    error: record?.error ?? null,
    failures: record?.failures ?? [],
    usage: "usage" in state ? state.usage ?? null : null,
  };
}

/** One reading of a task: what several steps need is read once, and only when one does. */
class TaskReading {
  readonly #context: ReadContext;
  readonly #source: TaskSource;
  readonly #numbers: ReadonlyMap<string, number>;
  #steps: Promise<ReadonlyMap<string, StepRecord>> | null = null;
  #scope: Promise<TemplateScope> | null = null;

  constructor(context: ReadContext, source: TaskSource) {
    this.#context = context;
    this.#source = source;
    this.#numbers = new Map(source.app.definition.steps.map(({ id }, i) => [id, i + 1]));
  }

  steps(): Promise<ReadonlyMap<string, StepRecord>> {
    this.#steps ??= this.#context.store.tasks.readSteps(this.#source.record.id);
    return this.#steps;
  }

  kind(kind: string): StepKind | undefined {
    return this.#context.kinds.get(kind);
  }

  needsOf(stepId: string): number[] {
    const needs = this.#source.plan.needs.get(stepId) ?? [];
    return needs.map((need) => this.#numbers.get(need) ?? 0).toSorted((a, b) => a - b);
  }

  /** What the step was given, rendered again; null before it begins. */
  async given(step: StepDefinition, state: StepState): Promise<GivenField[] | null> {
    if (state.attempt === 0) return null;
    try {
      const config = await renderConfig(step.config, await this.#readScope());
      return Object.entries(config).map(([name, value]) => ({ name, value: fieldText(value) }));
    } catch {
      return null; // It could not be rendered for the step either, whose error says why.
    }
  }

  async written(stepId: string, state: StepState): Promise<Written | null> {
    if (!("startedAt" in state) || state.startedAt === null || state.status === "completed") {
      return null;
    }
    const ref = { taskId: this.#source.record.id, stepId, startedAt: state.startedAt };
    const text = await this.#context.readText(ref);
    if (text === "") return null;
    const shown = lastCharacters(text, MAX_WRITTEN_CHARACTERS);
    return { attempt: state.attempt, text: shown, length: text.length };
  }

  async result(body: Body, format: StepRecord["format"]): Promise<StepResult> {
    const value = await this.#context.store.tasks.readExcerpt(
      this.#source.record.id,
      body,
      MAX_STEP_CHARACTERS,
    );
    return { format, value };
  }

  #readScope(): Promise<TemplateScope> {
    this.#scope ??= this.#loadScope();
    return this.#scope;
  }

  async #loadScope(): Promise<TemplateScope> {
    const { tasks } = this.#context.store;
    const { id, createdAt } = this.#source.record;
    return {
      inputs: await tasks.readInputs(id),
      steps: Object.fromEntries(await tasks.readResults(id)),
      now: createdAt,
    };
  }
}

async function readOutputs(
  { store }: ReadContext,
  { record, app }: TaskSource,
): Promise<OutputDetail[]> {
  if (record.state.status !== "completed") return [];
  const bodies = await store.tasks.readOutputs(record.id);
  const outputs: OutputDetail[] = [];
  for (const { name, label, type } of app.definition.outputs) {
    const body = bodies.get(name);
    if (body === undefined) continue;
    const value = await store.tasks.readExcerpt(record.id, body, MAX_OUTPUT_CHARACTERS);
    outputs.push({ name, label, type, value });
  }
  return outputs;
}

function isSameState(a: StepState, b: StepState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function fieldText(value: Json): Excerpt {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return excerptOf(text, MAX_STEP_CHARACTERS);
}

/** The last characters of a text, never beginning with half of a surrogate pair. */
function lastCharacters(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const start = text.length - limit;
  const first = text.charCodeAt(start);
  return text.slice(first >= 0xdc00 && first <= 0xdfff ? start + 1 : start);
}

import { z } from "zod";
import { hasEnded } from "../../executor/states.ts";
import { decodeText, PART_BYTES } from "../../executor/store/bodies.ts";
import {
  AppVersionRecord,
  Body,
  StepRecord,
  type TaskRecord,
} from "../../executor/store/records.ts";
import type { CheckOptions } from "./database_check.ts";
import type { Stored } from "./stored.ts";

/** As much of a definition as says what a task has to have. */
const Outputs = z.object({ outputs: z.array(z.object({ name: z.string() })) });

/** What a task's inputs, results, outputs, parts and texts lack, or have too much. */
export function bodyProblems(
  stored: Stored,
  record: TaskRecord,
  { isAtRest = false }: CheckOptions,
): string[] {
  const bodies = bodiesOf(stored, record);
  return [
    ...stepProblems(stored, record),
    ...outputProblems(stored, record),
    ...bodies.flatMap(({ what, body }) => partProblems(stored, record, what, body)),
    ...(isAtRest && hasEnded(record.state) ? leftProblems(stored, record, bodies) : []),
  ];
}

interface NamedBody {
  readonly what: string;
  readonly body: Body;
}

function bodiesOf(stored: Stored, { id }: TaskRecord): NamedBody[] {
  const inputs = { what: "its inputs", body: Body.parse(stored.value("inputs", id)) };
  const results = stored.under("step", id).flatMap(({ key, value }) => {
    const { body } = StepRecord.parse(value);
    return body === null ? [] : [{ what: `the result of "${String(key[2])}"`, body }];
  });
  const outputs = stored.under("output", id).map(({ key, value }) => ({
    what: `output "${String(key[2])}"`,
    body: Body.parse(value),
  }));
  return [inputs, ...results, ...outputs];
}

function stepProblems(stored: Stored, { id, steps }: TaskRecord): string[] {
  const problems = Object.entries(steps).flatMap(([stepId, { status }]) => {
    const value = stored.value("step", id, stepId);
    const kept = value === undefined ? null : StepRecord.parse(value);
    const hasResult = kept?.body != null;
    if (status === "completed" && !hasResult) return [`step "${stepId}" has no result`];
    if (status !== "completed" && hasResult) {
      return [`step "${stepId}" is "${status}" and has a result`];
    }
    if (status === "failed" && !kept?.error) return [`step "${stepId}" failed without a reason`];
    return [];
  });
  const strays = stored.under("step", id).filter(({ key }) => !(String(key[2]) in steps));
  return [...problems, ...strays.map(({ key }) => `there is no step "${String(key[2])}"`)];
}

function outputProblems(stored: Stored, { id, app, state }: TaskRecord): string[] {
  const version = stored.value("app_version", app.id, app.version);
  if (version === undefined) return [`version ${app.version} of its app is gone`];
  const { definition } = AppVersionRecord.parse(version);
  const wanted = state.status === "completed"
    ? Outputs.parse(JSON.parse(decodeText(definition))).outputs.map(({ name }) => name)
    : [];
  const found = stored.under("output", id).map(({ key }) => String(key[2]));
  const isSame = found.toSorted().join() === wanted.toSorted().join();
  return isSame ? [] : [`its outputs are "${found.join()}", not "${wanted.join()}"`];
}

function partProblems(stored: Stored, { id }: TaskRecord, what: string, body: Body): string[] {
  if (body.place === "inline") return [];
  const parts = stored.under("part", id).filter(({ key }) => key[2] === body.set);
  const isWhole = parts.length === body.count &&
    parts.every(({ key: [, , , index], value }) =>
      value instanceof Uint8Array && (value.length === PART_BYTES || index === body.count - 1)
    );
  return isWhole ? [] : [`${what} has ${parts.length} whole parts of ${body.count}`];
}

/** What nobody needs any more when a task has ended. */
function leftProblems(
  stored: Stored,
  { id, steps }: TaskRecord,
  bodies: readonly NamedBody[],
): string[] {
  const sets = new Set(bodies.map(({ body }) => body.place === "parts" ? body.set : null));
  const parts = stored.under("part", id).filter(({ key }) => !sets.has(String(key[2])));
  const texts = stored.under("text", id).filter(({ key: [, , stepId, startedAt] }) => {
    const state = steps[String(stepId)];
    const isShown = state !== undefined && state.status !== "completed" && "startedAt" in state &&
      state.startedAt === startedAt;
    return !isShown;
  });
  const isMarked = stored.value("untidy", id) !== undefined;
  return [
    ...(isMarked ? ["it is marked as not tidied up"] : []),
    ...(parts.length === 0 ? [] : [`${parts.length} parts are left that nothing names`]),
    ...(texts.length === 0 ? [] : [`${texts.length} pieces of text are left that nobody is shown`]),
  ];
}

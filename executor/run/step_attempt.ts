import type { StepDefinition } from "../definition/schema.ts";
import type { TextWriter } from "../live/text_writer.ts";
import type { StepKind, StepOutcome } from "../steps/step_kind.ts";
import { renderConfig, type TemplateScope } from "../template/liquid.ts";
import type { RunContext } from "./context.ts";
import { explain } from "./failure.ts";
import type { AttemptOutcome } from "./step_outcome.ts";

/** Most UTF-8 bytes of one step's result. */
export const MAX_RESULT_BYTES = 8_000_000;

/** One attempt of one step, and what it may use. */
export interface Attempt {
  readonly taskId: string;
  readonly step: StepDefinition;
  readonly number: number;
  readonly resumedAt: number | null;
  readonly scope: () => Promise<TemplateScope>;
  readonly signal: AbortSignal;
  readonly writer: TextWriter;
}

/**
 * Runs one attempt: render what it is given, run its kind, keep what it made. Never rejects.
 */
export async function runAttempt(context: RunContext, attempt: Attempt): Promise<AttemptOutcome> {
  const { writer } = attempt;
  try {
    if (attempt.resumedAt !== null) await writer.resume();
    const outcome = await runKind(context, attempt);
    if (outcome.type === "wait") {
      await writer.flush();
      return outcome;
    }
    const kept = await keep(context, attempt, outcome);
    await (kept.type === "done" ? writer.close() : writer.flush());
    return kept;
  } catch (error) {
    await writer.flush().catch(() => {});
    if (attempt.signal.aborted) return { type: "aborted" };
    const where = `step ${attempt.taskId}.${attempt.step.id}`;
    return { type: "failed", message: explain(context, error, where) };
  }
}

async function runKind(
  { kinds, services }: RunContext,
  { taskId, step, number, resumedAt, scope, signal, writer }: Attempt,
): Promise<StepOutcome> {
  return await kindOf(kinds, step).run({
    config: await renderConfig(step.config, await scope()),
    attempt: number,
    idempotencyKey: `${taskId}.${step.id}`,
    resumedAt,
    signal,
    services,
    write: (text) => {
      if (!signal.aborted) writer.write(text);
    },
  });
}

async function keep(
  { store }: RunContext,
  { taskId, step, signal }: Attempt,
  { output, usage }: Extract<StepOutcome, { readonly type: "done" }>,
): Promise<AttemptOutcome> {
  signal.throwIfAborted();
  const format = typeof output === "string" ? "text" : "json";
  const text = typeof output === "string" ? output.toWellFormed() : JSON.stringify(output);
  if (text.length > MAX_RESULT_BYTES) {
    const message = `Cannot keep the result of step "${step.name}": it has ${text.length} ` +
      `characters, and at most ${MAX_RESULT_BYTES} are kept`;
    return { type: "failed", message };
  }
  const prepared = await store.tasks.prepare(taskId, text);
  return { type: "done", output, format, prepared, ...(usage && { usage }) };
}

function kindOf(kinds: ReadonlyMap<string, StepKind>, step: StepDefinition): StepKind {
  const kind = kinds.get(step.kind);
  if (kind === undefined) throw new TypeError(`Cannot run step "${step.id}": no "${step.kind}"`);
  return kind;
}

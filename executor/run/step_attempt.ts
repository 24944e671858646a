import { anyAborted } from "../abort.ts";
import type { Json, StepDefinition } from "../definition/schema.ts";
import type { TextWriter } from "../live/text_writer.ts";
import {
  PermanentError,
  RetryableError,
  type StepKind,
  type StepOutcome,
  type StepRun,
} from "../steps/step_kind.ts";
import type { Usage } from "../task.ts";
import { conditionHolds } from "../template/condition.ts";
import { renderConfig, type TemplateScope } from "../template/liquid.ts";
import type { RunContext } from "./context.ts";
import { explain, readable } from "./failure.ts";
import { checkedOutcome, checkedUsage, isCountable } from "./kind_answer.ts";
import { pauseAfter } from "./retry.ts";
import type { AttemptOutcome } from "./step_outcome.ts";

/** Most characters of one step's result, as text or JSON, and of what it writes on the way. */
export const MAX_RESULT_CHARACTERS = 8_000_000;

/** One attempt of one step, and what it may use. */
export interface Attempt {
  readonly taskId: string;
  readonly step: StepDefinition;
  readonly number: number;
  /** How many attempts have failed before; those that a crash cut short do not count. */
  readonly failed: number;
  readonly resumedAt: number | null;
  /** Tokens the task may still use; null where it has no budget. */
  readonly tokensLeft: number | null;
  readonly scope: () => Promise<TemplateScope>;
  readonly signal: AbortSignal;
  readonly writer: TextWriter;
}

/**
 * Runs one attempt: render what it is given, run its kind, keep what it made. Never rejects.
 */
export async function runAttempt(context: RunContext, attempt: Attempt): Promise<AttemptOutcome> {
  const { writer } = attempt;
  const limit = new AbortController();
  const cancelTimer = context.clock.after(attempt.step.timeout * 1_000, () => {
    limit.abort(tookTooLong(attempt.step));
  });
  attempt.signal.addEventListener("abort", cancelTimer, { once: true });
  const writing = boundedWriting(attempt, limit);
  let used: Usage | null = null;
  try {
    if (attempt.resumedAt !== null) await writer.resume();
    const signal = anyAborted(attempt.signal, limit.signal);
    const running = runKind(context, { ...attempt, signal }, {
      write: writing.write,
      tellUsage: (usage) => void (used = checkedUsage(attempt.step, usage)),
    });
    const outcome = checkedOutcome(attempt.step, await orAborted(running, limit.signal));
    if (outcome.type === "wait") {
      await writer.flush();
      return used === null ? outcome : { ...outcome, usage: used };
    }
    used = outcome.usage ?? used;
    const kept = await keep(context, attempt, { ...outcome, usage: used ?? undefined });
    await writer.close();
    return kept;
  } catch (error) {
    writing.end();
    await writer.flush().catch(() => {});
    if (attempt.signal.aborted) return abortedAfter(used);
    const reason = limit.signal.aborted ? limit.signal.reason : readable(error);
    return failureOf(context, attempt, { error: reason, used });
  } finally {
    writing.end();
    cancelTimer();
  }
}

function abortedAfter(used: Usage | null): AttemptOutcome {
  return used === null ? { type: "aborted" } : { type: "aborted", usage: used };
}

/** Failed for good, or to be tried again. `used`: the tokens it told of before, if any. */
function failureOf(
  context: RunContext,
  attempt: Attempt,
  { error, used }: { readonly error: unknown; readonly used: Usage | null },
): AttemptOutcome {
  const { step, failed, taskId } = attempt;
  const explained = explain(context, error, "step", { taskId, stepId: step.id });
  const told = usageToldBy(error) ?? used;
  const usage = told === null ? {} : { usage: told };
  const pause = pauseAfter(error, failed + 1, { retry: step.retry, random: context.random });
  if (pause === null) return { type: "failed", ...explained, ...usage };
  return { type: "retry-later", ...explained, at: context.clock.now() + pause, ...usage };
}

function usageToldBy(error: unknown): Usage | null {
  const isTelling = error instanceof PermanentError || error instanceof RetryableError;
  return isTelling && error.usage !== null && isCountable(error.usage) ? error.usage : null;
}

function tookTooLong({ name, timeout }: StepDefinition): RetryableError {
  return new RetryableError(
    `Step "${name}" was stopped: it took longer than ${timeout} s, which is its timeout`,
  );
}

/** Shows what a step writes until its attempt is over: it is stopped where it never ends writing. */
function boundedWriting({ step, writer, signal }: Attempt, limit: AbortController) {
  let written = 0;
  let isOver = false;
  return {
    write(text: string): void {
      if (isOver || signal.aborted || limit.signal.aborted) return;
      written += text.length;
      if (written <= MAX_RESULT_CHARACTERS) writer.write(text);
      else limit.abort(wroteTooMuch(step));
    },
    end: () => void (isOver = true),
  };
}

function wroteTooMuch({ name }: StepDefinition): PermanentError {
  return new PermanentError(
    `Step "${name}" was stopped: it wrote more than ${MAX_RESULT_CHARACTERS} characters`,
  );
}

/** What the promise gives; or a rejection as soon as the signal is aborted, whoever heeds it. */
function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

async function runKind(
  { kinds, services }: RunContext,
  { taskId, step, number, resumedAt, tokensLeft, scope, signal }: Attempt,
  tell: Pick<StepRun<unknown>, "write" | "tellUsage">,
): Promise<StepOutcome> {
  const seen = await scope();
  // It held when the step was started, or could not be judged: that is an error of this step.
  if (step.when !== undefined) await conditionHolds(step.when, seen);
  const config = await renderConfig(step.config, seen);
  signal.throwIfAborted(); // nothing is begun that was to stop meanwhile
  return await kindOf(kinds, step).run({
    config,
    attempt: number,
    idempotencyKey: `${taskId}.${step.id}`,
    resumedAt,
    tokensLeft,
    signal,
    services,
    ...tell,
  });
}

async function keep(
  { store }: RunContext,
  { taskId, step, signal }: Attempt,
  { output, usage }: Extract<StepOutcome, { readonly type: "done" }>,
): Promise<AttemptOutcome> {
  signal.throwIfAborted();
  const format = typeof output === "string" ? "text" : "json";
  const text = resultText(step, output);
  const prepared = await store.tasks.prepare(taskId, text);
  return { type: "done", output, format, prepared, ...(usage && { usage }) };
}

/** @throws {PermanentError} for what is no JSON, and for too much of it. */
function resultText({ name }: StepDefinition, output: Json): string {
  const text = typeof output === "string" ? output.toWellFormed() : jsonText(output);
  const refusal = `Cannot keep the result of step "${name}"`;
  if (text === undefined) throw new PermanentError(`${refusal}: it is no JSON`);
  if (text.length <= MAX_RESULT_CHARACTERS) return text;
  throw new PermanentError(
    `${refusal}: it has ${text.length} characters, and at most ${MAX_RESULT_CHARACTERS} are kept`,
  );
}

function jsonText(value: Json): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // A kind may give anything, whatever its type says.
  }
}

function kindOf(kinds: ReadonlyMap<string, StepKind>, step: StepDefinition): StepKind {
  const kind = kinds.get(step.kind);
  if (kind === undefined) throw new TypeError(`Cannot run step "${step.id}": no "${step.kind}"`);
  return kind;
}

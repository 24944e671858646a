import type { Attributes, Span, SpanContext } from "@opentelemetry/api";
import type {
  AttemptEnded,
  AttemptRef,
  ExecutorEvent,
  Observer,
  RunEnding,
  RunRef,
} from "../../executor/mod.ts";
import { hexOfId } from "../id_bits.ts";

/**
 * Traces through OpenTelemetry: a span for each time a process works on a task, and below it one for
 * each attempt of a step, within which its requests to others are spans of Deno's own.
 *
 * All spans of a task are one trace, whichever processes worked on it: the id of the trace is the
 * task's id, which has as many bits, in hexadecimal. Their common parent is an id that no span has.
 */
export async function loadSpans(): Promise<Observer> {
  const { context, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } = await import(
    "@opentelemetry/api"
  );
  const tracer = trace.getTracer("callboard");
  const runs = new Map<RunRef, Span>();
  const attempts = new Map<AttemptRef, Span>();

  function beginRun(run: RunRef): void {
    const { taskId } = run.task;
    const parent: SpanContext = {
      ...idsOf(taskId),
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    };
    const asking = run.isFresh ? trace.getActiveSpan()?.spanContext() : undefined;
    const options = {
      attributes: { ...taskAttributes(run), "callboard.run.crashes": run.crashes },
      links: asking === undefined ? [] : [{ context: asking }],
    };
    runs.set(run, tracer.startSpan("task", options, trace.setSpanContext(ROOT_CONTEXT, parent)));
  }

  function endTask(taskId: string, status: string): void {
    for (const [{ task }, span] of runs) {
      if (task.taskId !== taskId) continue;
      span.setAttribute("callboard.task.outcome", status);
      if (status === "failed") span.setStatus({ code: SpanStatusCode.ERROR });
    }
  }

  function endRun(run: RunRef, ending: RunEnding): void {
    const span = runs.get(run);
    runs.delete(run);
    span?.setAttribute("callboard.run.ending", ending);
    span?.end();
  }

  function beginAttempt(attempt: AttemptRef): void {
    const { run, stepId, kind, number } = attempt;
    const above = runs.get(run);
    const parent = above === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, above);
    const attributes = {
      ...taskAttributes(run),
      "callboard.step.id": stepId,
      "callboard.step.kind": kind,
      "callboard.step.attempt": number,
    };
    attempts.set(attempt, tracer.startSpan(`step ${kind}`, { attributes }, parent));
  }

  function endAttempt(ended: AttemptEnded): void {
    const span = attempts.get(ended.attempt);
    attempts.delete(ended.attempt);
    span?.setAttributes(endAttributes(ended));
    const hasFailed = ended.outcome === "failed" || ended.outcome === "retried";
    if (hasFailed) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  }

  return {
    within(attempt, run) {
      const span = attempts.get(attempt);
      return span === undefined ? run() : context.with(trace.setSpan(ROOT_CONTEXT, span), run);
    },
    onEvent(event: ExecutorEvent) {
      switch (event.type) {
        case "run-began":
          return beginRun(event.run);
        case "task-ended":
          return endTask(event.task.taskId, event.status);
        case "run-ended":
          return endRun(event.run, event.ending);
        case "attempt-began":
          return beginAttempt(event.attempt);
        case "attempt-ended":
          return endAttempt(event);
      }
    },
  };
}

function taskAttributes({ task }: RunRef): Attributes {
  return {
    "callboard.task.id": task.taskId,
    "callboard.app.id": task.appId,
    "callboard.app.version": task.appVersion,
  };
}

/** Names of OpenTelemetry's own conventions where it has one. */
function endAttributes({ outcome, fault, usage }: AttemptEnded): Attributes {
  return {
    "callboard.step.outcome": outcome,
    ...fault && { "error.type": fault.type },
    ...fault?.reference && { "callboard.error.reference": fault.reference },
    ...usage && {
      "gen_ai.usage.input_tokens": usage.inputTokens,
      "gen_ai.usage.output_tokens": usage.outputTokens,
    },
  };
}

/** Of a task: its ULID's 128 bits name the trace, the last half of them the parent of its spans. */
export function idsOf(taskId: string): Pick<SpanContext, "traceId" | "spanId"> {
  const traceId = hexOfId(taskId);
  return { traceId, spanId: traceId.slice(16) };
}

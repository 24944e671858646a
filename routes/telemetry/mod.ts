import type { Observer, OnUnexpected } from "../../executor/mod.ts";
import type { Answer } from "./answers.ts";
import { createLog, type LogOptions } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createRedaction } from "./redaction.ts";

/** How a process is watched. */
export interface TelemetryOptions {
  readonly log: LogOptions;
  /** Whether Deno exports traces. */
  readonly isTraced: boolean;
  /** Whether there is such a step kind. */
  readonly isKind: (kind: string) => boolean;
}

/** Everything that is told of what happens in a process: log, metrics and traces. */
export interface Telemetry {
  readonly metrics: Metrics;
  readonly observer: Observer;
  readonly onAnswer: (answer: Answer) => void;
  readonly onUnexpected: OnUnexpected;
  /** Resolves when the log is written. */
  flush(): Promise<void>;
}

export async function createTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const log = createLog(options.log);
  const metrics = createMetrics(options.isKind);
  const spans = options.isTraced ? await traceWithout(options.log.secrets) : null;
  return {
    metrics,
    flush: log.flush,
    observer: {
      within: (attempt, run) => spans === null ? run() : spans.within(attempt, run),
      onEvent(event) {
        metrics.onEvent(event);
        log.onEvent(event);
        spans?.onEvent(event);
      },
    },
    onAnswer(answer) {
      metrics.onAnswer(answer);
      log.onAnswer(answer);
    },
    onUnexpected(error, where, about) {
      metrics.onUnexpected();
      log.onUnexpected(error, where, about);
    },
  };
}

/** Loaded only where it is wanted. */
async function traceWithout(secrets: readonly string[]): Promise<Observer> {
  const { hideAddresses } = await import("./span_addresses.ts");
  const { loadSpans } = await import("./spans.ts");
  await hideAddresses(createRedaction(secrets));
  return await loadSpans();
}

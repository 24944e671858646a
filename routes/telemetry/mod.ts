import type { Observer, OnUnexpected } from "../../executor/mod.ts";
import type { Answer } from "./answers.ts";
import { createLog, type LogOptions } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createRedaction } from "./redaction.ts";
import { hideAddresses } from "./span_addresses.ts";
import { loadSpans } from "./spans.ts";

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
  if (options.isTraced) await hideAddresses(createRedaction(options.log.secrets));
  const spans = options.isTraced ? await loadSpans() : null;
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

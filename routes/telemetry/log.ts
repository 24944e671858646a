import type { About, ExecutorEvent } from "../../executor/mod.ts";
import type { Answer } from "./answers.ts";
import { answerEntry, entryOf, type LogEntry } from "./log_events.ts";
import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
  type LogRecord,
} from "./log_lines.ts";
import { createRedaction, tellError } from "./redaction.ts";

/** How the log is written. */
export interface LogOptions {
  readonly format: LogFormat;
  /** Records below it are left out. */
  readonly level: LogLevel;
  /** Texts that no line may hold, such as keys. */
  readonly secrets: readonly string[];
  /** Takes lines, without a line break at the end; several at once where they come thick and fast. */
  readonly write: (lines: string) => void;
}

/** The log of a process. */
export interface Log {
  onEvent(event: ExecutorEvent): void;
  onAnswer(answer: Answer): void;
  onUnexpected(error: unknown, where: string, about?: About): void;
  /** Resolves when all that was logged so far is written. */
  flush(): Promise<void>;
}

type Emit = (record: LogRecord) => void;

const ROOT = "callboard";

/**
 * Logs through LogTape, which is loaded with the first record: a start is no slower for it. Records
 * that come together are written together, those that tell of trouble at once.
 */
export function createLog(options: LogOptions): Log {
  const lines = createLines(options);
  const early: LogRecord[] = [];
  let emit: Emit | null = null;
  let loading: Promise<void> | null = null;

  async function load(): Promise<void> {
    // The log works without it: a program that cannot load a library has all the more to tell.
    emit = await throughLogTape(options.level, lines.put).catch(() => lines.put);
    for (const record of early.splice(0)) emit(record);
  }

  function put(entry: LogEntry, error: string | null = null): void {
    if (LOG_LEVELS.indexOf(entry.level) < LOG_LEVELS.indexOf(options.level)) return;
    const record = { ...entry, time: Date.now(), category: `${ROOT}.${entry.category}`, error };
    if (emit !== null) return emit(record);
    early.push(record);
    loading ??= load();
  }

  return {
    onAnswer: (answer) => put(answerEntry(answer)),
    onEvent(event) {
      const entry = entryOf(event);
      if (entry !== null) put(entry);
    },
    onUnexpected(error, where, about) {
      const fields = { where, ...about };
      put(
        { level: "error", category: "error", message: "Unexpected error", fields },
        tellError(error),
      );
    },
    async flush() {
      await loading;
      lines.flush();
    },
  };
}

function createLines({ format, secrets, write }: LogOptions) {
  const redact = createRedaction(secrets);
  const waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) write(waiting.splice(0).join("\n"));
  }

  return {
    flush,
    put(record: LogRecord): void {
      waiting.push(LOG_FORMATS[format](record, redact));
      if (record.level === "warning" || record.level === "error") flush();
      else timer ??= setTimeout(flush);
    },
  };
}

async function throughLogTape(lowestLevel: LogLevel, put: Emit): Promise<Emit> {
  const { configure, getLogger } = await import("@logtape/logtape");
  await configure({
    reset: true,
    sinks: {
      lines({ level, category, timestamp, rawMessage, properties: { error, ...fields } }) {
        put({
          time: timestamp,
          level: LOG_LEVELS.find((each) => each === level) ?? "error",
          category: category.join("."),
          message: String(rawMessage),
          fields,
          error: typeof error === "string" ? error : null,
        });
      },
    },
    loggers: [
      { category: ROOT, sinks: ["lines"], lowestLevel },
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "error" },
    ],
  });
  return ({ time, level, category, message, fields, error }) =>
    getLogger(category.split(".")).emit({
      level,
      timestamp: time,
      message: [message],
      rawMessage: message,
      properties: { ...fields, error },
    });
}

import type { Redact } from "./redaction.ts";

/** What a record of the log tells besides its words. Null and undefined are left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = typeof LOG_LEVELS[number];

/** One record, as it becomes one line. `time` is in epoch milliseconds. */
export interface LogRecord {
  readonly time: number;
  readonly level: LogLevel;
  /** Such as `callboard.task`. */
  readonly category: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** An error and what caused it, in several lines; null where it is about none. */
  readonly error: string | null;
}

/** Senders choose paths, and do not choose how long the log gets. */
const MAX_FIELD_LENGTH = 500;

export const LOG_FORMATS = { text: textLine, json: jsonLine } as const;
export type LogFormat = keyof typeof LOG_FORMATS;

/** With what follows; to look for spaces before it as well takes the square of their number. */
const BREAKS = /[\r\n\u0085\u2028\u2029]\s*/g;
/** Control characters, those of terminals among them, and what turns the direction of text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A record as people read it: time, level, category, words, fields, and the error at the end. */
export function textLine(record: LogRecord, redact: Redact): string {
  const { level, category, message, error } = record;
  const fields = present(record, redact).map(([name, value]) =>
    ` ${name}=${typeof value === "string" ? quote(value) : value}`
  );
  const time = new Date(record.time).toISOString();
  const told = error === null ? "" : ` | ${redact(error)}`;
  const line = `${time} ${level.padEnd(7)} ${category} ${message}${fields.join("")}${told}`;
  return line.replace(BREAKS, " | ").replace(INVISIBLE, escapeForPeople);
}

/** A record as programs read it: one object of JSON on one line. */
export function jsonLine(record: LogRecord, redact: Redact): string {
  const { time, level, category, message, error } = record;
  const line = JSON.stringify({
    time: new Date(time).toISOString(),
    level,
    category,
    message,
    ...Object.fromEntries(present(record, redact)),
    ...error !== null && { error: redact(error) },
  });
  return line.replace(INVISIBLE, escapeForJson);
}

function present({ fields }: LogRecord, redact: Redact): [string, string | number | boolean][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string | number | boolean][] => {
    if (value === null || value === undefined) return [];
    if (typeof value === "number" || typeof value === "boolean") return [[name, value]];
    return [[name, shortened(redact(String(value)))]];
  });
}

function shortened(text: string): string {
  return text.length <= MAX_FIELD_LENGTH
    ? text
    : `${text.slice(0, MAX_FIELD_LENGTH).toWellFormed()}…`;
}

/** Bare where nothing in it can be taken for another field. */
function quote(text: string): string {
  return /^[^\s"=|]+$/.test(text) ? text : JSON.stringify(text);
}

function escapeForPeople(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function escapeForJson(character: string): string {
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");
}

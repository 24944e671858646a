import { jsonLine, type LogLevel } from "./log_lines.ts";
import { createRedaction } from "./redaction.ts";

/**
 * What a start says before there is a log: a bare sentence for people, a record of the log where
 * its lines are for programs.
 *
 * @param format `LOG_FORMAT` as it was set: a wrong one is among what a start tells of.
 */
export function startLine(
  format: string | undefined,
  level: LogLevel,
  message: string,
): string {
  if (format !== "json") return message;
  const record = { time: Date.now(), level, category: "callboard.start", message };
  return jsonLine({ ...record, fields: {}, error: null }, createRedaction([]));
}

import { StepRecord } from "../../executor/store/records.ts";
import type { SeenCommit } from "./kv_probe.ts";
import { nameOf } from "./stored.ts";

/** How many steps came to their end in these commits, and which of them more than once. */
export function stepEnds(
  commits: readonly SeenCommit[],
): { readonly count: number; readonly twice: readonly string[] } {
  const times = new Map<string, number>();
  for (const { applied, mutations } of commits) {
    for (const { key, value } of mutations) {
      if (key[0] !== "step" || value === undefined || !isEnd(value)) continue;
      times.set(nameOf(key), (times.get(nameOf(key)) ?? 0) + applied);
    }
  }
  const ended = [...times].filter(([, count]) => count > 0);
  return {
    count: ended.length,
    twice: ended.filter(([, count]) => count > 1).map(([name]) => name),
  };
}

function isEnd(value: unknown): boolean {
  const { body, error } = StepRecord.parse(value);
  return body !== null || error !== null;
}

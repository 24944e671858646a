import type { JsonObject } from "./json_object.ts";

const DESCRIPTIONS = {
  "Accept-Encoding": "identity, where the body was compressed.",
  "Content-Disposition": "Makes it a file, where download was asked for.",
  "ETag": "Names how the task stands, for If-None-Match.",
  "Idempotent-Replayed": "true where an earlier request with the same key has made the task.",
  "Location": "Its path.",
  "Preference-Applied": "That Prefer was heeded, and how long the answer was held back at most.",
  "Retry-After": "Seconds after which to try again.",
  "WWW-Authenticate": "Bearer: show a key, or another one.",
} as const;
export type AnswerHeader = keyof typeof DESCRIPTIONS;

/** The headers of answers that are told, by name. */
export const ANSWER_HEADERS = Object.keys(DESCRIPTIONS);

/** Headers that an answer may carry, as OpenAPI writes them; nothing where there are none. */
export function answerHeaders(...names: readonly AnswerHeader[]): JsonObject {
  if (names.length === 0) return {};
  const headers = names.map((name) => [
    name,
    { description: DESCRIPTIONS[name], schema: { type: "string" } },
  ]);
  return { headers: Object.fromEntries(headers) };
}

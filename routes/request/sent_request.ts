import type { Context } from "hono";
import type { SentRequest } from "../../executor/mod.ts";
import { callerOf } from "../access/actor.ts";
import { problem } from "../problem.ts";
import { idempotencyKey } from "./idempotency_key.ts";

/** A request as it is known again when it is sent again; null where it says nothing of that. */
export function sentRequest(c: Context, asked: object): SentRequest | null {
  const key = idempotencyKey(c);
  return key === null ? null : { by: callerOf(c) ?? "anybody", key, body: sortedJson(asked) };
}

/** The key was used for something else. */
export function answerKeyReused(c: Context): Response {
  return problem(c, {
    status: 409,
    title: "This key is taken",
    detail: "Cannot start a task: the Idempotency-Key has been used with another body",
  });
}

/** The same text for the same fields, in whatever order they stand. */
function sortedJson(asked: object): string {
  return JSON.stringify(
    asked,
    (_, value) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
        : value,
  );
}

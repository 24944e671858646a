import type { z } from "zod";

/** What stands in the database is nothing that Callboard wrote: to read it again helps nobody. */
export class UnreadableError extends Error {
  override name = "UnreadableError";
}

/**
 * A stored value through its schema. `what` names it in the error.
 *
 * @throws {UnreadableError} where it does not fit. The error says where, and holds no value.
 */
export function parseStored<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  what: string,
): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.join(".") || "all of it");
  throw new UnreadableError(`Cannot read ${what}: this does not fit: ${places.join(", ")}`);
}

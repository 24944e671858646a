/** A part of a JSON document. */
export type JsonObject = { readonly [key: string]: unknown };

/** The object that stands there; an empty one where there is none. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

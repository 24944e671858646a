/** Most levels of lists and objects in a definition. */
const MAX_DEPTH = 32;

/** Something in a value that could not be stored or walked through. */
export interface StorageProblem {
  readonly path: readonly (string | number)[];
  readonly sentence: string;
}

/**
 * Finds what no text may hold, NUL and half of a surrogate pair, and nesting that is too deep. They
 * are refused and not repaired: a definition is written by somebody who can put it right.
 */
export function findStorageProblem(
  value: unknown,
  path: StorageProblem["path"] = [],
): StorageProblem | null {
  if (typeof value === "string") return textProblem(value, path);
  if (typeof value !== "object" || value === null) return null;
  if (path.length >= MAX_DEPTH) {
    return { path, sentence: `lists and objects are nested more than ${MAX_DEPTH} deep` };
  }
  for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const problem = (typeof key === "string" ? textProblem(key, path) : null) ??
      findStorageProblem(item, [...path, key]);
    if (problem) return problem;
  }
  return null;
}

function textProblem(text: string, path: StorageProblem["path"]): StorageProblem | null {
  if (text.includes("\0")) return { path, sentence: "holds the character NUL (\\u0000)" };
  if (!text.isWellFormed()) {
    return { path, sentence: "holds half of a character (a lone surrogate)" };
  }
  return null;
}

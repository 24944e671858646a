/** What is wrong with a definition. `message` names the place in words, `path` for programs. */
export interface DefinitionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** One kind of list in a definition, and the field that names its entries. */
const LISTS: Readonly<Record<string, { readonly one: string; readonly key: string }>> = {
  inputs: { one: "Input", key: "name" },
  steps: { one: "Step", key: "id" },
  outputs: { one: "Output", key: "name" },
};

const MAX_FIELDS = 4;
const PREDICATE = /^(?:has|holds|is|must|needs) /;

/**
 * A problem whose message begins with its place: `Step "draft", config "prompt": there is no …`, or
 * `Step "draft", config "prompt" is missing`.
 */
export function problemAt(
  path: DefinitionProblem["path"],
  sentence: string,
  definition: unknown,
): DefinitionProblem {
  const isPredicate = PREDICATE.test(sentence);
  const place = placeOf(path, definition) || (isPredicate ? "The definition" : "");
  const separator = isPredicate ? " " : ": ";
  return { path, message: place ? `${place}${separator}${sentence}` : capitalize(sentence) };
}

function placeOf(path: DefinitionProblem["path"], definition: unknown): string {
  const [list, index, ...fields] = path;
  const named = typeof list === "string" ? LISTS[list] : undefined;
  if (named === undefined || typeof index !== "number") return path.map(quoteKey).join(", ");
  const entry = entryName(named, index, at(at(definition, list), index));
  return [entry, ...fieldNames(fields).slice(0, MAX_FIELDS)].join(", ");
}

function entryName(
  { one, key }: { readonly one: string; readonly key: string },
  index: number,
  entry: unknown,
): string {
  const name = at(entry, key);
  return typeof name === "string" && name !== "" && name.length <= 40
    ? `${one} "${name}"`
    : `${one} ${index + 1}`;
}

function fieldNames(fields: DefinitionProblem["path"]): string[] {
  const [first, second, ...rest] = fields;
  if (first === "config" && second !== undefined) {
    return [`config ${quoteKey(second)}`, ...rest.map(quoteKey)];
  }
  return fields.map(quoteKey);
}

/** A field by its name, an entry of a list by its number from 1. */
function quoteKey(key: string | number): string {
  return typeof key === "number" ? `entry ${key + 1}` : `"${key}"`;
}

function at(value: unknown, key: string | number | undefined): unknown {
  if (typeof value !== "object" || value === null || key === undefined) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function capitalize(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

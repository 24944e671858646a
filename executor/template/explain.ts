import { AssertionError, LiquidError } from "liquidjs";
import { MAX_TEMPLATE_LENGTH } from "./budget.ts";
import { closestName } from "../definition/known_names.ts";
import { FILTER_NAMES } from "./filters.ts";
import { TAG_NAMES } from "./tags.ts";
import { TemplateError, type TemplatePosition } from "./template_error.ts";

const MAX_QUOTE_LENGTH = 60;

/** What LiquidJS says, and what we say instead. */
const SENTENCES: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/^undefined filter: (.+)$/s, (name) => noSuch("filter", name, FILTER_NAMES)],
  [/^tag "(?:end.+|else|elsif|when)" not found$/s, "nothing is open that this could belong to"],
  [/^tag "(.+)" not found$/s, (name) => noSuch("tag", name, TAG_NAMES)],
  [/^illegal tag: (\{% *for.+)$/s, '"$1" has to be like {% for item in list %}'],
  [/^(?:tag|output|raw) "?(.+?)"? not closed$/s, '"$1" is not closed'],
  [/^invalid value expression: "(.*)"$/s, "a name or a value is missing"],
  [
    /^parse length limit exceeded$/,
    `the template is longer than ${MAX_TEMPLATE_LENGTH} characters`,
  ],
  [
    /^template render limit exceeded$/,
    "the template takes too long: use shorter texts or fewer loops",
  ],
  [/limit exceeded$/, "the template has too much to do: use shorter texts or fewer loops"],
  [/call stack/, "the template is nested too deeply"],
  [/^Invalid string length$/, "the rendered text is too long"],
];

/** Any error of LiquidJS as a sentence that names the place. Other errors are bugs and come back. */
export function explain(error: unknown): unknown {
  if (error instanceof TemplateError) return error;
  if (error instanceof RangeError || error instanceof AssertionError) {
    return new TemplateError(reasonOf(error.message));
  }
  if (!LiquidError.is(error)) return error;
  const cause = error.originalError;
  const position = positionOf(error);
  if (cause instanceof TemplateError) {
    return new TemplateError(cause.reason, cause.position ?? position);
  }
  return new TemplateError(reasonOf(cause?.message ?? withoutPlace(error.message)), position);
}

function positionOf(error: LiquidError): TemplatePosition {
  const [line, column] = error.token.getPosition();
  return { line: line ?? 1, column: column ?? 1 };
}

function withoutPlace(message: string): string {
  return message.replace(/, line:\d+, col:\d+$/, "");
}

function reasonOf(message: string): string {
  for (const [pattern, sentence] of SENTENCES) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const found = shorten(match[1] ?? "");
    return typeof sentence === "string" ? sentence.replace("$1", () => found) : sentence(found);
  }
  return shorten(message);
}

function noSuch(what: string, name: string, names: readonly string[]): string {
  const closest = closestName(name, names);
  const question = closest === undefined ? "" : `. Did you mean "${closest}"?`;
  return `there is no ${what} "${name}"${question}`;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= MAX_QUOTE_LENGTH ? line : `${line.slice(0, MAX_QUOTE_LENGTH - 1)}…`;
}

import { z } from "zod";
import { unknownName } from "./known_names.ts";
import { alternatives, quote } from "./quote.ts";

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a text",
};

/**
 * zod's issues as sentences that quote the value and say what is wanted. Give it to `safeParse` as
 * its `error`.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return wanted(TYPE_NAMES[issue.expected] ?? issue.expected, issue.input);
    case "invalid_value":
      return wanted(alternatives(issue.values), issue.input);
    case "too_small":
      return tooSmall(issue.origin, Number(issue.minimum), issue.input);
    case "too_big":
      return tooBig(issue.origin, Number(issue.maximum), issue.input);
    case "unrecognized_keys":
      return unknownField(issue.keys[0] ?? "", issue.schema);
    case "invalid_union":
      return noneOf(issue);
    default:
      return `${quote(issue.input)} is not possible here`;
  }
}

function wanted(what: string, input: unknown): string {
  if (input === undefined) return `is missing: it has to be ${what}`;
  return `has to be ${what}, not ${quote(input)}`;
}

function tooSmall(origin: string, minimum: number, input: unknown): string {
  if (origin === "string" && minimum === 1) return "must not be empty";
  if (origin === "array" && minimum === 1) return "needs at least one entry";
  if (origin === "string") return `has at least ${minimum} characters, not ${quote(input)}`;
  if (origin === "array") return `needs at least ${minimum} entries`;
  return `has to be at least ${minimum}, not ${quote(input)}`;
}

function tooBig(origin: string, maximum: number, input: unknown): string {
  if (origin === "string" && typeof input === "string") {
    return `has at most ${maximum} characters, this one has ${input.length}: ${quote(input)}`;
  }
  if (origin === "array" && Array.isArray(input)) {
    return `has at most ${maximum} entries, this one has ${input.length}`;
  }
  return `has to be at most ${maximum}, not ${quote(input)}`;
}

function unknownField(key: string, schema: unknown): string {
  const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  return unknownName(key, { one: "field", many: "Fields", names });
}

function noneOf(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  if (issue.discriminator !== undefined && issue.inclusive !== false) {
    const { input } = issue;
    const value = typeof input === "object" && input !== null && issue.discriminator in input
      ? Reflect.get(input, issue.discriminator)
      : undefined;
    return wanted(alternatives(issue.options ?? []), value);
  }
  const branches = issue.errors.map((issues) => issues[0]).filter((first) => first !== undefined);
  const closest = branches.find(({ code }) => code !== "invalid_type");
  if (closest) return closest.message;
  const types = branches.flatMap((first) => first.code === "invalid_type" ? [first.expected] : []);
  return wanted(types.map((type) => TYPE_NAMES[type] ?? type).join(" or "), issue.input);
}

import type { ApiField } from "../../views/api/reference_text.ts";
import { type JsonObject, objectOf } from "./json_object.ts";

/** Fields of objects within objects are told with their path, down to this depth. */
const MAX_DEPTH = 2;

/** The fields of an object schema; those of an object in it follow it. */
export function fieldsOf(schema: JsonObject, above = "", depth = 1): ApiField[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(objectOf(schema.properties)).flatMap(([name, value]) => {
    const field = objectOf(value);
    const path = above + name;
    const told: ApiField = {
      name: path,
      type: typeWords(field),
      isRequired: required.includes(name),
      description: typeof field.description === "string" ? field.description : null,
    };
    const inner = depth < MAX_DEPTH ? fieldsOf(field, `${path}.`, depth + 1) : [];
    return [told, ...inner];
  });
}

/** What a schema takes, in a few words. */
export function typeWords(schema: JsonObject): string {
  const name = refName(schema);
  if (name !== null) return name;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(", ");
  for (const choices of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(choices)) {
      return alternatives(choices.map((each) => typeWords(objectOf(each))));
    }
  }
  if (schema.format === "date-time") return "time";
  if (Array.isArray(schema.type)) return alternatives(schema.type.map(wordOf));
  if (schema.type === "array") return `list of ${typeWords(objectOf(schema.items))}`;
  if (schema.type === undefined) return "JSON";
  return wordOf(schema.type);
}

/** The name that a reference refers to; null where it is none. */
export function refName({ $ref }: JsonObject): string | null {
  return typeof $ref === "string" ? $ref.slice($ref.lastIndexOf("/") + 1) : null;
}

function alternatives(words: readonly string[]): string {
  return [...new Set(words)].join(" or ");
}

function wordOf(type: unknown): string {
  switch (type) {
    case "string":
      return "text";
    case "integer":
      return "whole number";
    default:
      return String(type);
  }
}

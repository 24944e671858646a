import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { fieldProblem } from "./json_fields.ts";
import { quoted } from "./quoted.ts";
import { readBody } from "./requests.ts";
import { utf8Text } from "./utf8.ts";

/** Far more than an app declares; each one that is not declared gets a sentence in the answer. */
const MAX_JSON_FIELDS = 500;

/** The inputs of a task as a JSON body holds them: an object of at most 500 fields. */
export const JsonInputs = z.custom<Readonly<Record<string, unknown>>>((value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) &&
  Object.keys(value).length <= MAX_JSON_FIELDS
).meta({
  type: "object",
  maxProperties: MAX_JSON_FIELDS,
  additionalProperties: { type: ["string", "number", "boolean", "null"] },
});

/** The body that starts a task. */
export const StartBody = z.strictObject({
  inputs: JsonInputs.default({}).describe(
    "Values by input name. One that is missing takes its default, null makes it absent.",
  ),
});

/**
 * The JSON of a request's body.
 *
 * @param shape Strict: a misspelt `from` or `inputs` would start what nobody asked for.
 * @param example What such a body may look like.
 * @throws {HTTPException} 400 where it is no JSON in UTF-8, or not of this shape; 415 where it is
 * compressed.
 */
export async function readJson<Shape extends z.ZodType>(
  c: Context,
  shape: Shape,
  example: string,
): Promise<z.infer<Shape>> {
  const json = utf8Text(await readBody(c));
  const wrong = json === null ? null : fieldProblem(json);
  if (wrong !== null) throw new HTTPException(400, { message: `Cannot use the body: it ${wrong}` });
  const body = shape.safeParse(json === null ? null : parse(json));
  if (body.success) return body.data;
  const unknown = unknownField(body.error);
  throw new HTTPException(400, {
    message: unknown === undefined
      ? `Cannot read the body: it has to be JSON such as ${example} in UTF-8` +
        (takesInputs(shape) ? `, with at most ${MAX_JSON_FIELDS} inputs` : "")
      : `Cannot use the body: it takes no field ${quoted(unknown)}, but is such as ${example}`,
  });
}

function takesInputs(shape: z.ZodType): boolean {
  return shape instanceof z.ZodObject && "inputs" in shape.shape;
}

function unknownField({ issues }: z.ZodError): string | undefined {
  return issues.flatMap((issue) => issue.code === "unrecognized_keys" ? issue.keys : [])[0];
}

/** Null where it is no JSON. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

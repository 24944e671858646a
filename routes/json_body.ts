import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { quoted } from "./quoted.ts";

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

/**
 * The JSON of a request's body.
 *
 * @param shape Strict: a misspelt `from` or `inputs` would start what nobody asked for.
 * @param example What such a body may look like.
 * @throws {HTTPException} 400 where it is no JSON in UTF-8, or not of this shape.
 */
export async function readJson<Shape extends z.ZodType>(
  c: Context,
  shape: Shape,
  example: string,
): Promise<z.infer<Shape>> {
  const body = shape.safeParse(await parse(c).catch(() => null));
  if (body.success) return body.data;
  const unknown = unknownField(body.error);
  throw new HTTPException(400, {
    message: unknown === undefined
      ? `Cannot read the body: it has to be JSON such as ${example} in UTF-8, ` +
        `with at most ${MAX_JSON_FIELDS} inputs`
      : `Cannot use the body: it takes no field ${quoted(unknown)}, but is such as ${example}`,
  });
}

function unknownField({ issues }: z.ZodError): string | undefined {
  return issues.flatMap((issue) => issue.code === "unrecognized_keys" ? issue.keys : [])[0];
}

async function parse(c: Context): Promise<unknown> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return JSON.parse(decoder.decode(await c.req.arrayBuffer()));
}

import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { type FormType, formTypeOf } from "./form_type.ts";
import { quoted } from "./quoted.ts";

/** Far more than a form here has; to take a million apart would hold everybody up. */
const MAX_FIELDS = 500;

/**
 * The text fields of a form. Files are left out.
 *
 * @param wanted What may be sent to this address.
 * @throws {HTTPException} 415 or 400 where the body is no form in UTF-8, has more than 500 fields, or
 * one of them twice: no form here has, and it says two things.
 */
export async function formFields(
  c: Context,
  wanted: "a form" | "a form or JSON" = "a form",
): Promise<ReadonlyMap<string, string>> {
  const header = c.req.header("Content-Type") ?? "";
  const type = formTypeOf(header);
  if (type === null) {
    throw new HTTPException(415, {
      message: `Cannot read a body of type ${quoted(header)}: send ${wanted}`,
    });
  }
  const body = await c.req.arrayBuffer();
  const separators = countUpTo(MAX_FIELDS + 1, type.separator, body);
  if (separators > MAX_FIELDS) {
    throw new HTTPException(400, {
      message: `Cannot read the form: it has more than ${MAX_FIELDS} fields`,
    });
  }
  // Older versions of Deno take what holds no part for a form without fields.
  if (type.isMultipart && separators === 0) throw damaged();
  const headers = { "Content-Type": type.contentType };
  const form = await new Response(body, { headers }).formData().catch(() => {
    throw damaged();
  });
  const texts = [...form].filter((field): field is [string, string] => {
    return typeof field[1] === "string";
  });
  const isChanged = texts.some((field) => field.join().includes("\uFFFD"));
  if (isChanged && !isUtf8(type, body)) {
    throw new HTTPException(400, { message: "Cannot read the form: it is not in UTF-8" });
  }
  return once(texts);
}

function once(fields: readonly [string, string][]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of fields) {
    if (found.has(name)) {
      throw new HTTPException(400, {
        message: `Cannot read the form: it has the field ${quoted(name)} twice`,
      });
    }
    found.set(name, value);
  }
  return found;
}

function isUtf8({ isMultipart }: FormType, body: ArrayBuffer): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    if (!isMultipart) decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, "%25"));
    return true;
  } catch {
    return false;
  }
}

function countUpTo(limit: number, separator: string, body: ArrayBuffer): number {
  const text = new TextDecoder("latin1").decode(body);
  let count = 0;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + 1)) {
    if (++count === limit) break;
  }
  return count;
}

function damaged(): HTTPException {
  return new HTTPException(400, { message: "Cannot read the form: it is damaged" });
}

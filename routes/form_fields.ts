import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { quoted } from "./quoted.ts";

/** Far more than a form here has; to take a million apart would hold everybody up. */
const MAX_FIELDS = 500;

const FORM_TYPES = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
const BOUNDARY = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i;

/**
 * The text fields of a form. Files are left out.
 *
 * @throws {HTTPException} 415 or 400 where the body is no form in UTF-8, has more than 500 fields, or
 * one of them twice: no form here has, and it says two things.
 */
export async function formFields(c: Context): Promise<ReadonlyMap<string, string>> {
  const type = c.req.header("Content-Type") ?? "";
  if (!FORM_TYPES.test(type)) {
    throw new HTTPException(415, {
      message: `Cannot read a body of type "${type}": send a form or JSON`,
    });
  }
  const body = await c.req.arrayBuffer();
  if (hasMoreThan(MAX_FIELDS, separatorOf(type), body)) {
    throw new HTTPException(400, {
      message: `Cannot read the form: it has more than ${MAX_FIELDS} fields`,
    });
  }
  const form = await new Response(body, { headers: { "Content-Type": type } }).formData()
    .catch(() => {
      throw new HTTPException(400, { message: "Cannot read the form: it is damaged" });
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

function isUtf8(type: string, body: ArrayBuffer): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
    if (!/^multipart/i.test(type)) decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, "%25"));
    return true;
  } catch {
    return false;
  }
}

/** What stands between the fields of a form of this type. */
function separatorOf(type: string): string {
  if (!/^multipart/i.test(type)) return "&";
  const [, quoted, plain] = BOUNDARY.exec(type) ?? [];
  return `--${quoted ?? plain ?? ""}`;
}

function hasMoreThan(limit: number, separator: string, body: ArrayBuffer): boolean {
  const text = new TextDecoder("latin1").decode(body);
  let count = 0;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + 1)) {
    if (++count > limit) return true;
  }
  return false;
}

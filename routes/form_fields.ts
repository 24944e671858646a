import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

/** Far more than a form here has; to take a million apart would hold everybody up. */
const MAX_FIELDS = 500;

const FORM_TYPES = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
const BOUNDARY = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i;

/**
 * The text fields of a form; of a name that stands there twice, the last. Files are left out.
 *
 * @throws {HTTPException} 415 or 400 where the body is no form, or one of more than 500 fields.
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
  return new Map([...form].filter((field): field is [string, string] => {
    return typeof field[1] === "string";
  }));
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

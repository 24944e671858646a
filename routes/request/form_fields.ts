import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { FormFields, SentFile } from "../../executor/mod.ts";
import { type FormType, formTypeOf } from "./form_type.ts";
import { quoted } from "./quoted.ts";
import { readBody } from "./requests.ts";
import { utf8Text } from "./utf8.ts";

/** Far more than a form here has; to take a million apart would hold everybody up. */
const MAX_FIELDS = 500;

/** The text fields of a form, as {@link formParts} reads it. Files are left out. */
export async function formFields(
  c: Context,
  wanted?: WantedBody,
): Promise<ReadonlyMap<string, string>> {
  const parts = await formParts(c, wanted);
  return new Map([...parts].filter((part): part is [string, string] => isText(part[1])));
}

type WantedBody = "a form" | "a form or JSON";

/**
 * The fields of a form: texts, and what is in files. Where both have one name, the file counts.
 *
 * @param wanted What may be sent to this address.
 * @throws {HTTPException} 415 or 400 where the body is compressed or no whole form in UTF-8, has more
 * than 500 fields, or one of them twice: no form here has, and it says two things.
 */
export async function formParts(c: Context, wanted: WantedBody = "a form"): Promise<FormFields> {
  const header = c.req.header("Content-Type") ?? "";
  const type = formTypeOf(header);
  if (type === null) {
    throw new HTTPException(415, {
      message: `Cannot read a body of type ${quoted(header)}: send ${wanted}`,
    });
  }
  const body = await readBody(c);
  // They stand between fields, but before and after parts.
  const most = type.isMultipart ? MAX_FIELDS + 1 : MAX_FIELDS - 1;
  const bytes = new TextDecoder("latin1").decode(body);
  const separators = countUpTo(most + 1, type.separator, bytes);
  if (separators > most) {
    throw new HTTPException(400, {
      message: `Cannot read the form: it has more than ${MAX_FIELDS} fields`,
    });
  }
  // Of a form that was cut off Deno leaves out the last fields, and says nothing.
  if (type.isMultipart && !bytes.includes(`${type.separator}--`)) throw damaged();
  const headers = { "Content-Type": type.contentType };
  const form = await new Response(body, { headers }).formData().catch(() => {
    throw damaged();
  });
  const texts = [...form].filter((field): field is [string, string] => isText(field[1]));
  const isChanged = texts.some((field) => field.join().includes("\uFFFD"));
  if (isChanged && !isUtf8(type, body)) {
    throw new HTTPException(400, { message: "Cannot read the form: it is not in UTF-8" });
  }
  const files = [...form].filter((field): field is [string, File] => isChosen(field[1]));
  return new Map<string, string | SentFile>([...once(texts), ...await textsOf(once(files))]);
}

function isText(part: unknown): part is string {
  return typeof part === "string";
}

/** Where no file is chosen, browsers send an empty one without a name. */
function isChosen(part: string | File): part is File {
  return !isText(part) && (part.name !== "" || part.size > 0);
}

function textsOf(files: ReadonlyMap<string, File>): Promise<[string, SentFile][]> {
  return Promise.all(
    [...files].map(async ([name, file]): Promise<[string, SentFile]> => {
      return [name, { text: utf8Text(await file.arrayBuffer()) }];
    }),
  );
}

function once<Value>(fields: readonly [string, Value][]): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
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
  const text = utf8Text(body);
  if (text === null) return false;
  try {
    if (!isMultipart) decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, "%25"));
    return true;
  } catch {
    return false;
  }
}

function countUpTo(limit: number, separator: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + 1)) {
    if (++count === limit) break;
  }
  return count;
}

function damaged(): HTTPException {
  return new HTTPException(400, { message: "Cannot read the form: it is damaged" });
}

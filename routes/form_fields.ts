import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

const FORM_TYPES = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/**
 * The text fields of a form; of a name that stands there twice, the last. Files are left out.
 *
 * @throws {HTTPException} 415 or 400 where the body is no form.
 */
export async function formFields(c: Context): Promise<ReadonlyMap<string, string>> {
  const type = c.req.header("Content-Type") ?? "";
  if (!FORM_TYPES.test(type)) {
    throw new HTTPException(415, {
      message: `Cannot read a body of type "${type}": send a form or JSON`,
    });
  }
  try {
    const form = await c.req.formData();
    const fields = [...form].filter((field): field is [string, string] => {
      return typeof field[1] === "string";
    });
    return new Map(fields);
  } catch (error) {
    if (error instanceof HTTPException) throw error;
    throw new HTTPException(400, { message: "Cannot read the form: it is damaged" });
  }
}

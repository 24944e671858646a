import type { Context } from "hono";
import type { RawInputs } from "../../executor/mod.ts";
import { formParts } from "./form_fields.ts";
import { readJson, StartBody } from "./json_body.ts";
import { sendsJson } from "./requests.ts";

/** The inputs that a request to run an app holds: a form's fields, or JSON. */
export async function readInputs(c: Context): Promise<RawInputs> {
  if (!sendsJson(c)) return { source: "form", fields: await formParts(c, "a form or JSON") };
  return { source: "json", fields: (await readJson(c, StartBody, '{"inputs": {}}')).inputs };
}

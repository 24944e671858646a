import { z } from "zod";
import { JsonInputs } from "../../json_body.ts";

/** The body that starts a task. */
export const StartBody = z.strictObject({
  inputs: JsonInputs.default({}).describe(
    "Values by input name. One that is missing takes its default, null makes it absent.",
  ),
});

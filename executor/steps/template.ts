import { z } from "zod";
import { defineKind } from "./define_kind.ts";

/** Makes text from inputs and results. Its output is `text` as rendered, a string. */
export const template = defineKind({
  kind: "template",
  label: "Template",
  config: z.strictObject({ text: z.string() }),
  run: ({ config }) => Promise.resolve({ type: "done", output: config.text }),
});

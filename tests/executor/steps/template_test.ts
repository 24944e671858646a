import assert from "node:assert/strict";
import { template } from "../../../executor/steps/template.ts";
import { stepRun } from "./step_run.ts";

Deno.test("template's output is its text, whitespace and hostile characters included", async () => {
  const text = " a\n{{ b }} <script>\u0000 \ud83d\ude00 \n";
  const { run, written } = stepRun({ text });
  assert.deepEqual(await template.run(run), { type: "done", output: text });
  assert.deepEqual(written, []);
});

Deno.test("template refuses a config without text by name", async () => {
  const { run } = stepRun({ txt: "a" });
  await assert.rejects(template.run(run), {
    name: "PermanentError",
    message: /^Cannot run a step of kind "template": "text" in its config: .+txt/,
  });
});

import assert from "node:assert/strict";
import type { ShownPart } from "../../../executor/mod.ts";
import { PermanentError, RetryableError } from "../../../executor/steps/step_kind.ts";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { eventsUrlOf } from "../../helpers/live_page.ts";
import { EVERY_CHOICE, share } from "../../helpers/shares.ts";
import { SseReader } from "../../helpers/sse.ts";
import { frame } from "../../helpers/tab.ts";

/** Words that stand in one place each, by the part that shows them. */
const WORDS = {
  inputs: ["inputlabel", "inputvalue"],
  steps: ["stepname", "resultword", "writtenword", "attempterror", "finalerror", "othername"],
  outputs: ["outputlabel", "outputvalue"],
  nowhere: ["appname", "appdescription", "configword", "stepid", "conditionword", "modelname"],
} as const;

const SKETCH = {
  name: "appname",
  description: "appdescription",
  inputs: [{ name: "text", label: "inputlabel", type: "multiline" }],
  steps: [
    {
      id: "stepid",
      name: "stepname",
      config: { prompt: "configword {{ inputs.text }}", model: "modelname" },
      retry: { attempts: 2, backoff: 1 },
    },
    {
      id: "stepid_two",
      name: "othername",
      needs: ["stepid"],
      when: "inputs.text == 'conditionword'",
    },
    { id: "stepid_three", name: "othername", needs: ["stepid"] },
  ],
  outputs: [{
    name: "result",
    label: "outputlabel",
    type: "markdown",
    template: "**outputvalue**",
  }],
};

/** All that a link gave away while its task ran and after it had ended. */
async function given(
  site: TestSite,
  show: readonly ShownPart[],
  ends: "well" | "badly",
): Promise<string> {
  const app = await site.add(SKETCH);
  const taskId = await site.start(app.id, { text: "inputvalue" });
  const { token } = await share(site, taskId, show);
  const seen: string[] = [];
  const look = async (path: string) => {
    const response = await site.get(path);
    seen.push(JSON.stringify([...response.headers]), await response.text());
    return seen.at(-1) ?? "";
  };
  const first = await site.gates.next("stepid");
  const url = eventsUrlOf(await look(paths.shared(token))) ?? "";
  const following = new SseReader(await site.get(url)).rest();
  const fresh = new SseReader(await site.get(paths.sharedEvents(token))).rest();
  await frame(site);
  first.write("writtenword ");
  await frame(site);
  first.fail(new RetryableError("attempterror"));
  await site.when(taskId, ({ steps }) => steps[0]?.retryAt !== undefined);
  await frame(site);
  await look(paths.shared(token));
  site.clock.advance(60_000);
  (await site.gates.next("stepid")).done("resultword");
  const last = await site.gates.next("stepid_three");
  await frame(site);
  if (ends === "well") last.done("resultword");
  else last.fail(new PermanentError("finalerror"));
  await site.ended(taskId);
  for (let i = 0; i < 3; i++) await frame(site);
  for (const stream of [following, fresh]) seen.push(JSON.stringify(await stream));
  await look(paths.shared(token));
  await look(paths.sharedOutput(token, "result"));
  await look(paths.sharedOutputDownload(token, "result"));
  const all = seen.join("\n").replaceAll(token, "");
  for (const id of [taskId, app.id, "tsk_", "app_"]) assert.ok(!all.includes(id), `it holds ${id}`);
  for (const href of all.matchAll(/(?:href|action)="(\/[^"]*)"/g)) {
    assert.match(href[1] ?? "", /^\/(static|s)\//, "it leads nowhere else");
  }
  return all;
}

function found(text: string, words: readonly string[]): string[] {
  return words.filter((word) => text.includes(word));
}

for (const show of EVERY_CHOICE) {
  Deno.test(`a link that shows ${show.join(", ") || "nothing"} gives that away and no more`, async () => {
    await using site = await startTestSite();
    for (const ends of ["well", "badly"] as const) {
      const text = await given(site, show, ends);
      assert.deepEqual(found(text, WORDS.nowhere), []);
      assert.deepEqual(found(text, WORDS.inputs), show.includes("inputs") ? WORDS.inputs : []);
      const steps = WORDS.steps.filter((word) => word !== "finalerror" || ends === "badly");
      assert.deepEqual(found(text, WORDS.steps), show.includes("steps") ? steps : []);
      const outputs = show.includes("outputs") && ends === "well" ? WORDS.outputs : [];
      assert.deepEqual(found(text, WORDS.outputs), outputs);
      assert.ok(text.includes(ends === "well" ? "Completed" : "Failed"), "how it stands");
      if (ends === "badly" && !show.includes("steps")) assert.match(text, /This task failed/);
    }
    assert.deepEqual(site.errors, []);
  });
}

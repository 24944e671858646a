import assert from "node:assert/strict";
import { loadSeedApps } from "../../executor/mod.ts";
import { paths } from "../../routes/paths.ts";
import { startTestSite } from "../helpers/http.ts";
import { elementByClass, elementById } from "../helpers/live_page.ts";

const ARTICLE = `# Bridges of Prague

The Charles Bridge was built under King Charles IV. It crosses the Vltava and carries thirty statues.
Tourists love it. In summer the crowds are terrible, and in winter the fog over the river is wonderful.

A second bridge followed in 1841. Its engineers came from Vienna, and its toll paid for its repair.`;

Deno.test("somebody runs Text brief by forms alone, reads it, downloads it, runs it again, finds it", async () => {
  await using site = await startTestSite();
  await site.executor.apps.seed(loadSeedApps);
  const { headers } = await site.get(paths.home());
  const cards = await (await site.get(headers.get("Location") ?? "")).text();
  const [, appPath = ""] = /href="(\/playground\?app=[^"]*)"[^>]*>[^<]*Text brief/.exec(cards) ??
    [];
  const form = await (await site.get(appPath)).text();
  const [, action = ""] = /<form[^>]*action="(\/apps\/[^"]*)"/.exec(form) ?? [];

  const empty = await site.postForm(action, { text: "  " });
  assert.equal(empty.status, 422);
  assert.match(await empty.text(), /This is required/);

  const accepted = await site.postForm(action, { text: ARTICLE });
  assert.equal(accepted.status, 303);
  const taskPath = accepted.headers.get("Location") ?? "";
  const taskId = taskPath.replace("/tasks/", "");
  const task = await site.ended(taskId);
  assert.equal(task.status, "completed", task.error?.message);
  assert.equal(task.progress.completed, 5);

  const page = await (await site.get(taskPath)).text();
  const output = elementById(page, "task-output");
  assert.match(output, /<h\d[^>]*>Bridges of Prague/);
  assert.match(output, /Charles/);
  assert.equal(task.outputs.length, 3);
  for (const { name, type, value } of task.outputs) {
    const download = await site.get(paths.taskOutputDownload(taskId, name));
    assert.match(download.headers.get("Content-Disposition") ?? "", /^attachment; filename="/);
    const text = await download.text();
    assert.deepEqual(type === "json" ? JSON.parse(text) : text, value);
  }

  const again = elementById(page, "task-again");
  assert.match(again, /Bridges of Prague/, "the form holds this run's text");
  const [, sameAction = ""] = /action="([^"]*)"/.exec(again) ?? [];
  const second = await site.postForm(sameAction, { text: `${ARTICLE} More.` });
  const secondPath = second.headers.get("Location") ?? "";
  assert.notEqual(secondPath, taskPath);
  await site.ended(secondPath.replace("/tasks/", ""));

  const history = await (await site.get(paths.tasks())).text();
  const table = elementByClass(history, "table", "table table--tasks");
  assert.ok(table.indexOf(secondPath) < table.indexOf(taskPath), "the newest stands first");
  assert.deepEqual(site.errors, []);
  assert.deepEqual(site.unexpected, []);
});

Deno.test("somebody copies an app in Studio, breaks it, mends it and runs it", async () => {
  await using site = await startTestSite();
  await site.executor.apps.seed(loadSeedApps);
  const [{ id: from } = { id: "" }] = await site.executor.apps.names();
  const copy = (await site.postForm(paths.studio(), { from })).headers.get("Location") ?? "";
  const save = (definition: string, version: string) =>
    site.postForm(copy, { name: "Shout", description: "", definition, version });
  const broken = await save('{ "steps": [', "1");
  assert.equal(broken.status, 422);
  const wrong = await save('{ "steps": [{ "id": "a", "name": "A", "kind": "tempalte" }] }', "1");
  assert.equal(wrong.status, 422);
  assert.match(await wrong.text(), /Did you mean (&quot;|")template/);
  const mended = await save(
    JSON.stringify({
      inputs: [{ name: "word", label: "Word", type: "text" }],
      steps: [{
        id: "a",
        name: "Shout it",
        kind: "template",
        config: { text: "{{ inputs.word | upcase }}!" },
      }],
      outputs: [{ name: "o", label: "O", type: "text", template: "{{ steps.a.output }}" }],
    }),
    "1",
  );
  assert.equal(mended.status, 303);
  const appId = copy.replace("/studio/", "");
  const created = await site.postJson(paths.appTasks(appId), { inputs: { word: "hé" } });
  const { id } = await created.json();
  const task = await site.ended(id);
  assert.deepEqual(task.outputs.map(({ value }) => value), ["HÉ!"]);
  assert.equal(task.app.version, 2);
});

import assert from "node:assert/strict";
import { OPERATIONS } from "../../../routes/api/operations.ts";
import { paths } from "../../../routes/paths.ts";
import { TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestSite } from "../../helpers/http.ts";
import { ownKey, PROVIDER_ACCESS, signInAs } from "../../helpers/signed_in.ts";

const HOSTILE = 'it\'s "$(x)" `y` \\ <b> \u2028';

Deno.test("GET /docs/api tells every operation and shape, with each app's inputs", async () => {
  await using site = await startTestSite();
  assert.equal((await site.get(paths.apiDocs())).status, 200, "also where there is no app");
  await site.add({ name: "First" });
  const app = await site.add({
    name: "<i>Second</i>",
    inputs: [
      { ...TEXT_INPUT, default: HOSTILE },
      { name: "count", label: "Count", type: "number", min: 3 },
      { name: "sure", label: "Sure", type: "checkbox", required: true },
      { name: "tone", label: "Tone", type: "select", options: ["Plain"] },
      { name: "page", label: "Page", type: "url" },
    ],
  });
  const html = await (await site.get(paths.apiDocs(app.id))).text();
  for (const { id, summary } of OPERATIONS) {
    assert.match(html, new RegExp(`id="${id}"><h3>${summary}</h3>`));
    assert.ok(html.includes(`<a href="#${id}">${summary}</a>`));
  }
  for (const name of ["Task", "TaskSummary", "Problem", "ChangeEvent"]) {
    assert.match(html, new RegExp(`id="shape-${name}"`));
  }
  assert.match(html, /Run “&lt;i&gt;Second&lt;\/i&gt;”/);
  assert.doesNotMatch(html, /<i>Second/);
  assert.match(html, /First/, "the other app can be chosen");
});

Deno.test("GET /docs/api leads whoever may have keys of their own to them", async () => {
  await using site = await startTestSite({ access: PROVIDER_ACCESS });
  const { headers } = await signInAs(site, "viewer");
  const link = `<a href="${paths.settings.keys()}">API keys</a>`;
  assert.ok((await (await site.get(paths.apiDocs(), headers)).text()).includes(link));
  const key = await ownKey(site, (await signInAs(site, "editor")).id);
  assert.ok(!(await (await site.get(paths.apiDocs(), key)).text()).includes(link));
});

Deno.test("GET /docs/api/:example is a program with the app's inputs, safely quoted", async () => {
  await using site = await startTestSite();
  const app = await site.add({ inputs: [{ ...TEXT_INPUT, default: HOSTILE }] });
  const example = async (name: string) => {
    const response = await site.get(paths.apiExample(app.id, name));
    assert.equal(response.status, 200);
    assert.match(response.headers.get("Content-Type") ?? "", /^text\/plain/);
    return await response.text();
  };
  const json = JSON.stringify({ inputs: { text: HOSTILE } });
  assert.ok((await example("run.sh")).includes(`-d '${json.replaceAll("'", "'\\''")}'`));
  assert.ok((await example("run.ts")).includes(`"text": ${JSON.stringify(HOSTILE)},`));
  assert.ok((await example("run.py")).includes(`"text": ${JSON.stringify(HOSTILE)},`));
  assert.equal((await site.get(paths.apiExample(app.id, "run.exe"))).status, 404);
  assert.equal((await site.get(paths.apiExample("app_x", "run.sh"))).status, 404);
});

Deno.test("GET /docs/api/:example takes its key from the environment where the server wants one", async () => {
  const identify = () =>
    Promise.resolve({ type: "person", id: "per_1", name: "Ann", role: "admin" } as const);
  for (const access of [undefined, { type: "password", password: "x".repeat(12) } as const]) {
    await using site = await startTestSite({ access, identify });
    const app = await site.add();
    const mentions: [name: string, key: RegExp][] = [
      ["run.sh", /-H "Authorization: Bearer \$CALLBOARD_KEY" \\\n/],
      ["run.ts", /, \{ key: process\.env\.CALLBOARD_KEY \}\);/],
      ["run.py", /import os\n[^]*"Authorization": "Bearer " \+ os\.environ\["CALLBOARD_KEY"\],/],
    ];
    for (const [name, key] of mentions) {
      const text = await (await site.get(paths.apiExample(app.id, name))).text();
      assert.equal(key.test(text), access !== undefined, text);
    }
    const typeScript = await (await site.get(paths.apiExample(app.id, "run.ts"))).text();
    const allowed = `--allow-import --allow-net${access === undefined ? "" : " --allow-env"}`;
    assert.ok(typeScript.startsWith(`// deno run ${allowed} run.ts\n`), typeScript);
    const html = await (await site.get(paths.apiDocs())).text();
    assert.match(html, /Authorization: Bearer cbk_…/);
  }
});

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, refusal, words } from "../helpers/model_server.ts";
import { appId, runApp, saveApp, shareTask } from "./helpers/api.ts";
import type { AppSource } from "./helpers/apps.ts";
import { journey, type Stage } from "./helpers/journey.ts";
import { assertSameAsFresh, toggleStep, waitForStatus } from "./helpers/task_page.ts";

/** What anybody may type, and what must stay text wherever it is shown (FAULTS: hostile text). */
const HOSTILE = [
  `<script>globalThis.hostile = 1</script>`,
  `<img src="https://example.org/pixel.png" onerror="globalThis.hostile = 2">`,
  `<svg onload="globalThis.hostile = 3"><a href="javascript:globalThis.hostile = 4">x</a></svg>`,
  `<hx-partial hx-target="body" hx-swap="innerHTML"><p id="planted">planted</p></hx-partial>`,
  `<div hx-get="https://example.org/" hx-trigger="load" hx-on:click="globalThis.hostile = 5"></div>`,
  `<p id="main" hx-swap-oob="true">oob</p>`,
  `<form action="https://example.org/"><base href="https://example.org/">`,
  `<meta http-equiv="refresh" content="0;url=https://example.org/"></form>`,
  `</textarea></template></title></pre></code></details></main>`,
  `![an image](https://example.org/exit.png) [a link](javascript:globalThis.hostile=6)`,
  `{{ inputs.constructor }} {% raw %} \${7*7} " ' \` & &amp; &lt;`,
  `\n\nevent: done\ndata: x\n\nid: 9\nretry: 1\n: comment`,
  `\r\rdata: y\r\n\r\nevent: done\r\n\uFEFFdata: z\u2028\u2029`,
].join("\n");

/** The same in one line of 80 characters, for names. */
const HOSTILE_NAME =
  `"><img src=x onerror=globalThis.hostile=7><script>globalThis.hostile=8</script>`;

const APP: AppSource = {
  name: HOSTILE_NAME,
  description: HOSTILE_NAME + HOSTILE_NAME,
  inputs: [
    { name: "constructor", label: HOSTILE_NAME, type: "multiline", help: HOSTILE_NAME },
    {
      name: "choice",
      label: `${HOSTILE_NAME}`.slice(0, 60),
      type: "select",
      options: [HOSTILE_NAME, "plain"],
    },
  ],
  steps: [
    {
      id: "echo",
      name: HOSTILE_NAME,
      kind: "template",
      config: { text: "{{ inputs.constructor }}" },
    },
    {
      id: "tell",
      name: HOSTILE_NAME,
      kind: "generate",
      config: { prompt: "{{ steps.echo.output }}" },
    },
  ],
  outputs: [
    { name: "plain", label: HOSTILE_NAME, type: "text", template: "{{ steps.tell.output }}" },
    { name: "marked", label: HOSTILE_NAME, type: "markdown", template: "{{ steps.tell.output }}" },
    {
      name: "keyed",
      label: HOSTILE_NAME,
      type: "json",
      template: "{{ steps.tell.output | json }}",
    },
  ],
};

journey(
  "Hostile text: inputs, names and a streamed answer are text on every page",
  async (stage) => {
    const { server, model } = stage;
    const gate = new Gate();
    model.answer(words(pieces(HOSTILE), { gate }));
    await saveApp(server, APP);
    const { id } = await runApp(server, APP.name, {
      constructor: HOSTILE,
      choice: HOSTILE_NAME,
    });
    const page = await stage.open(paths.task(id));
    const sharedPath = await shareTask(server, id);
    const shared = await stage.open(sharedPath);
    await model.nextRequest();
    for (const each of [page, shared]) {
      await toggleStep(each, 1);
      await toggleStep(each, 2);
    }
    gate.open(Infinity);
    for (const each of [page, shared]) {
      await waitForStatus(each, "Completed");
      await assertHarmless(each);
    }
    await assertHarmless(await stage.open(sharedPath));

    const fresh = await stage.open(paths.task(id));
    await assertSameAsFresh(page, fresh);
    const shown = await page.locator(`#${domIds.outputPanel("plain")} code`).first().textContent();
    assert.equal(normal(shown ?? ""), normal(HOSTILE));
    assert.equal(await page.locator(`#${domIds.outputPanel("marked")} img`).count(), 0);
    await assertOtherPages(stage);
  },
);

journey("Hostile text: an error of a model service is text", async (stage) => {
  const { server, model } = stage;
  model.answer(refusal(400, HOSTILE));
  await saveApp(server, APP);
  const { id } = await runApp(server, APP.name, { constructor: "", choice: "plain" });
  const page = await stage.open(paths.task(id));
  await waitForStatus(page, "Failed");
  await assertHarmless(page);
  const fresh = await stage.open(paths.task(id));
  await assertHarmless(fresh);
  await assertSameAsFresh(page, fresh);
});

journey("Hostile text: a refused form shows it again as text", async (stage) => {
  const id = await saveApp(stage.server, APP);
  const page = await stage.open(
    `${paths.playground(id)}&constructor=${encodeURIComponent(HOSTILE)}`,
  );
  await assertHarmless(page);
  const field = page.locator(`#${domIds.field("constructor")}`);
  assert.equal(normal(await field.inputValue()), normal(HOSTILE));
  const search = await stage.open(`${paths.playground()}?q=${encodeURIComponent(HOSTILE_NAME)}`);
  await assertHarmless(search);
});

async function assertOtherPages({ server, open }: Stage): Promise<void> {
  const id = await appId(server, APP.name);
  for (
    const path of [
      paths.playground(),
      paths.playground(id),
      paths.tasks(),
      paths.tasks({ app: id }),
      paths.studio(),
      paths.studioApp(id),
      `/tasks/${encodeURIComponent(HOSTILE_NAME)}`,
    ]
  ) {
    const page = await open(path, { allows: [/status of 40[04]/] });
    await assertHarmless(page);
  }
}

/** Nothing of it ran and nothing of it became an element; what leaves the page the guard sees. */
async function assertHarmless(page: Page): Promise<void> {
  assert.equal(await page.evaluate(() => Reflect.get(globalThis, "hostile")), undefined);
  for (
    const planted of [
      "#planted",
      "hx-partial",
      "base",
      'form[action^="https:"]',
      '[href^="javascript:"]',
      "[onerror], [onload]",
      "img",
      'meta[content*="example.org"]',
    ]
  ) assert.equal(await page.locator(planted).count(), 0, `${planted} on ${page.url()}`);
  assert.equal(await page.locator("main").count(), 1);
}

/** Cut where it hurts: between every two characters of markup. */
function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}

/** Line breaks as HTML and forms normalise them. */
function normal(text: string): string {
  return text.replace(/\r\n?/g, "\n").trim();
}

import assert from "node:assert/strict";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { endOfTask, runApp, saveApp } from "./helpers/api.ts";
import { type AppSource, ECHO, TELL } from "./helpers/apps.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { linkApp, LISTEN, shareTask, toldBy } from "./helpers/embed.ts";
import { journey, shot, type Stage } from "./helpers/journey.ts";
import { type SecondSite, startSecondSite } from "./helpers/second_site.ts";
import type { Server } from "./helpers/server.ts";

/** Its words tell where a text comes from. */
const MARKED: AppSource = {
  ...TELL,
  name: "Marked",
  steps: [
    {
      id: "begin",
      name: "secret step",
      kind: "template",
      config: { text: "of {{ inputs.topic }}" },
    },
    { id: "tell", name: "Tell", kind: "generate", config: { prompt: "{{ steps.begin.output }}" } },
  ],
  outputs: [
    { name: "story", label: "Story", type: "markdown", template: "**{{ steps.tell.output }}**" },
  ],
};
const SECRETS = /secret|Marked|tsk_|app_/;

/** The four ways on one page of another site, each in a place of its own. */
async function pageOfAllWays(
  { server }: Stage,
  site: SecondSite,
  token: string,
): Promise<string> {
  const { origin } = server;
  const asked = await fetch(origin + paths.oEmbed(origin + paths.shared(token)));
  const { html } = await asked.json();
  site.script("/htmx.js", await htmxOf(server));
  return site.page(
    "/",
    `<h2>oEmbed</h2><div id="oembed">${html}</div>` +
      `<h2>Iframe</h2><div id="iframe"><iframe src="${origin}${
        paths.embed.task(token)
      }" title="Task"></iframe></div>` +
      `<h2>Element</h2><div id="element"><callboard-task token="${token}" base="${origin}"></callboard-task></div>` +
      `<h2>htmx</h2><div id="htmx"><div hx-sse:connect="${origin}${
        paths.embed.taskEvents(token)
      }" hx-sse:close="done" hx-swap="innerHTML"></div></div>`,
    LISTEN + `<meta name="htmx-config" content='{"mode": "cors", "includeIndicatorCSS": false}'>` +
      `<link rel="stylesheet" href="${origin}${paths.embed.stylesheet()}">` +
      `<script defer src="/htmx.js"></script>` +
      `<script async src="${origin}${paths.embed.script()}"></script>`,
  );
}

/** htmx as other sites have it too. */
async function htmxOf({ origin }: Server): Promise<string> {
  const page = await (await fetch(origin + paths.playground())).text();
  const path = /src="([^"]*htmx\.js)"/.exec(page)?.[1] ?? "";
  return await (await fetch(origin + path)).text();
}

/** Where each way shows the task. */
function places(page: Page): Record<string, Locator> {
  const inFrame = (id: string): FrameLocator => page.frameLocator(`#${id} iframe`);
  return {
    oembed: inFrame("oembed").locator("callboard-task .cb-body .callboard"),
    iframe: inFrame("iframe").locator("callboard-task .cb-body .callboard"),
    element: page.locator("#element callboard-task .cb-body .callboard"),
    htmx: page.locator("#htmx .callboard"),
  };
}

async function waitForAll(page: Page, status: string): Promise<void> {
  for (const place of Object.values(places(page))) {
    await place.and(page.locator("*")).waitFor();
    await place.locator(`xpath=self::*[@data-status="${status}"]`).waitFor();
  }
}

journey("A second site shows a running task in four ways, and sees it finish", async (stage) => {
  await using site = startSecondSite();
  const { server, model } = stage;
  const gate = new Gate();
  model.answer(words(["All ", "told"], { gate }));
  await saveApp(server, MARKED);
  const { id } = await runApp(server, MARKED.name, { topic: "secret topic" });
  const { token } = await shareTask(server, id, { sites: [site.origin] });
  const page = await stage.blank();
  await page.goto(await pageOfAllWays(stage, site, token));
  await waitForAll(page, "running");
  await shot(page, "embed-running");
  gate.open(Infinity);
  await waitForAll(page, "completed");
  for (const [way, place] of Object.entries(places(page))) {
    assert.equal(await place.locator("strong").textContent(), "All told", way);
    const html = await place.evaluate((element) => element.getRootNode().textContent ?? "");
    assert.doesNotMatch(html, SECRETS, way);
  }
  assert.deepEqual(await toldBy(page), [
    'callboard:status {"status":"running"}',
    'callboard:status {"status":"completed"}',
    'callboard:done {"status":"completed"}',
  ]);
  await shot(page, "embed-completed");
  await assertAccessible(page, "a page that embeds a task");
});

journey("Another site that is not allowed sees nothing in any of the ways", async (stage) => {
  await using site = startSecondSite();
  await using other = startSecondSite();
  const { server } = stage;
  await saveApp(server, ECHO);
  const { id } = await runApp(server, ECHO.name, { said: "secret words" });
  await endOfTask(server, id);
  const { token } = await shareTask(server, id, { sites: [site.origin] });
  const page = await stage.blank({ allows: [/frame-ancestors|CORS|Failed to (load|fetch)/] });
  await page.goto(await pageOfAllWays(stage, other, token));
  await page.locator("#element").getByText("does not allow this site").waitFor();
  for (const frame of page.frames().slice(1)) {
    assert.match(frame.url(), /^chrome-error:/, "the browser refuses to show it");
  }
  const { body, status } = await page.evaluate(async (url) => {
    try {
      const answer = await fetch(url);
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      return { status: 0, body: String(error) };
    }
  }, server.origin + paths.embed.taskFragment(token));
  assert.equal(status, 0, body);
  const all = await page.evaluate(() => document.documentElement.innerHTML);
  assert.doesNotMatch(all, /secret/);
  assert.deepEqual(await toldBy(page), ['callboard:error {"reason":"unreachable"}']);
  await shot(page, "embed-refused");
});

journey("An app runs from a second site, in the page and in a frame", async (stage) => {
  await using site = startSecondSite();
  const { server } = stage;
  const appId = await saveApp(server, ECHO);
  const token = await linkApp(server, appId, { show: ["outputs", "steps"], sites: [site.origin] });
  const { origin } = server;
  const url = site.page(
    "/",
    `<callboard-app token="${token}" base="${origin}">Wait</callboard-app>` +
      `<h2>Frame</h2><iframe src="${origin}${paths.embed.app(token)}" title="Echo"></iframe>` +
      `<p><img src="${origin}${paths.embed.appBadge(token)}" alt="Last status"></p>`,
    `${LISTEN}<script async src="${origin}${paths.embed.script()}"></script>`,
  );
  const page = await stage.blank({ allows: [/422/] });
  await page.goto(url);
  for (const place of [page.locator("body"), page.frameLocator("iframe").locator("body")]) {
    const element = place.locator("callboard-app");
    const app = element.locator(".cb-body");
    await app.getByRole("button", { name: "Run" }).click();
    await app.locator(".field-error:not([hidden])").first().waitFor();
    assert.equal(await app.getByLabel("Said").evaluate((field) => field.matches(":focus")), true);
    await app.getByLabel("Said").fill("Hello <b>there</b>");
    await app.getByRole("button", { name: "Run" }).click();
    const result = element.locator('.callboard[data-status="completed"]');
    await result.waitFor();
    assert.equal(await result.locator("pre").first().textContent(), "Hello <b>there</b>");
    assert.equal(await app.locator(".field-error:not([hidden])").count(), 0);
    await result.getByText("1. Say it").waitFor();
  }
  assert.deepEqual((await toldBy(page)).at(-1), 'callboard:done {"status":"completed"}');
  const badge = page.locator("img");
  assert.equal(await badge.evaluate((image: HTMLImageElement) => image.naturalHeight), 20);
  await shot(page, "embed-app");
  await assertAccessible(page, "a page that embeds an app");
});

journey("An app runs in a frame without JavaScript", async (stage) => {
  await using site = startSecondSite();
  const { server } = stage;
  const token = await linkApp(server, await saveApp(server, ECHO), { sites: [site.origin] });
  const source = server.origin + paths.embed.app(token);
  const page = await stage.blank({ javaScript: false, allows: [/422/] });
  await page.goto(site.page("/", `<iframe src="${source}" title="Echo"></iframe>`));
  const frame = page.frameLocator("iframe");
  await frame.getByRole("button", { name: "Run" }).click();
  await frame.locator(".field-error:not([hidden])").first().waitFor();
  await frame.getByLabel("Said").fill("Hello");
  await frame.getByRole("button", { name: "Run" }).click();
  await frame.locator('.callboard[data-status="completed"]').getByText("Hello").waitFor();
  await shot(page, "embed-no-script");
});

journey("What an app wrote stays text on a page that has no policy", async (stage) => {
  await using site = startSecondSite();
  const { server } = stage;
  const app: AppSource = {
    ...ECHO,
    name: HOSTILE_NAME,
    description: HOSTILE_NAME,
    inputs: [{ name: "attributes", label: HOSTILE_NAME, type: "multiline", help: HOSTILE_NAME }],
    steps: [
      {
        id: "say",
        name: HOSTILE_NAME,
        kind: "template",
        config: { text: "{{ inputs.attributes }}" },
      },
    ],
    outputs: [
      { name: "plain", label: HOSTILE_NAME, type: "text", template: "{{ steps.say.output }}" },
      { name: "marked", label: HOSTILE_NAME, type: "markdown", template: "{{ steps.say.output }}" },
      { name: "keyed", label: "JSON", type: "json", template: "{{ steps.say.output | json }}" },
    ],
  };
  const show = ["outputs", "steps"] as const;
  const token = await linkApp(server, await saveApp(server, app), { show, sites: [site.origin] });
  const page = await stage.blank();
  const { origin } = server;
  await page.goto(site.page(
    "/",
    `<callboard-app token="${token}" base="${origin}"></callboard-app>`,
    `<script async src="${origin}${paths.embed.script()}"></script>`,
  ));
  const element = page.locator("callboard-app");
  await element.locator("textarea").fill(HOSTILE);
  await element.getByRole("button", { name: "Run" }).click();
  const result = element.locator('.callboard[data-status="completed"]');
  await result.waitFor();
  for (const details of await result.locator("summary").all()) await details.click();
  assert.equal(
    (await result.locator("pre").first().textContent())?.trim(),
    HOSTILE.replace(/\r\n?/g, "\n").trim(),
  );
  assert.equal(await page.evaluate(() => Reflect.get(globalThis, "hostile")), undefined);
  for (const planted of PLANTED) {
    assert.equal(await element.locator(planted).count(), 0, planted);
  }
});

journey("An embedded task says that its link was revoked, and asks no more", async (stage) => {
  await using site = startSecondSite();
  const { server, model } = stage;
  const gate = new Gate();
  model.answer(words(["Never told"], { gate }));
  await saveApp(server, MARKED);
  const { id } = await runApp(server, MARKED.name, { topic: "x" });
  const share = await shareTask(server, id, { sites: [site.origin] });
  const page = await stage.blank();
  await page.goto(await pageOfAllWays(stage, site, share.token));
  await waitForAll(page, "running");
  let requests = 0;
  page.on("request", () => requests++);
  await fetch(`${server.origin}/api/v1/shares/${share.id}`, { method: "DELETE" });
  await waitForAll(page, "gone");
  assert.equal(await page.getByText("This is no longer available.").count(), 2);
  assert.equal(requests, 0);
  assert.deepEqual((await toldBy(page)).at(-1), 'callboard:error {"reason":"gone"}');
  await shot(page, "embed-gone");
});

journey("embed.js goes over the wire in at most 6 KB", async ({ server, blank }) => {
  await using site = startSecondSite();
  const url = site.page("/", `<script src="${server.origin}${paths.embed.script()}"></script>`);
  const page = await blank();
  const finished = page.waitForEvent("requestfinished", (each) => each.url().endsWith("embed.js"));
  await page.goto(url);
  const { responseBodySize, responseHeadersSize } = await (await finished).sizes();
  assert.ok(responseBodySize > 1024, `${responseBodySize} bytes`);
  assert.ok(responseBodySize + responseHeadersSize <= 6 * 1024, `${responseBodySize} bytes`);
});

const HOSTILE = [
  `<script>globalThis.hostile = 1</script>`,
  `<img src="https://example.org/pixel.png" onerror="globalThis.hostile = 2">`,
  `<svg onload="globalThis.hostile = 3"><a href="javascript:globalThis.hostile = 4">x</a></svg>`,
  `<hx-partial hx-target="body" hx-swap="innerHTML"><p id="planted">planted</p></hx-partial>`,
  `<form action="https://example.org/"><base href="https://example.org/">`,
  `<meta http-equiv="refresh" content="0;url=https://example.org/"></form>`,
  `<style>@import url(https://example.org/x.css);</style><iframe src="https://example.org"></iframe>`,
  `</textarea></template></title></pre></code></details></section></slot></callboard-app>`,
  `![an image](https://example.org/exit.png) [a link](javascript:globalThis.hostile=6)`,
  `\n\nevent: done\ndata: x\n\nid: 9\nretry: 1\n: comment`,
].join("\n");
const HOSTILE_NAME =
  `"><img src=x onerror=globalThis.hostile=7><script>globalThis.hostile=8</script>`;
const PLANTED = [
  "#planted, hx-partial, base, meta, script, style, iframe, img, svg a",
  "[onerror], [onload]",
  '[href^="javascript:"], form[action^="https:"]',
];

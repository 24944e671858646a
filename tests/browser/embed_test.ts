import assert from "node:assert/strict";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { endOfTask, runApp, saveApp } from "./helpers/api.ts";
import { type AppSource, ECHO, TELL } from "./helpers/apps.ts";
import { assertAccessible } from "./helpers/axe.ts";
import {
  copySnippets,
  LISTEN,
  revokeShares,
  shareTask,
  type Snippets,
  toldBy,
} from "./helpers/embed.ts";
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
  { address, iframe, element, fragment }: Snippets,
): Promise<string> {
  site.script("/htmx.js", await htmxOf(server));
  const [config, style, stream] = fragment.split("\n");
  return site.page(
    "/",
    `<h2>oEmbed</h2><div id="oembed">${await iframeAt(address)}</div>` +
      `<h2>Iframe</h2><div id="iframe">${iframe}</div>` +
      `<h2>Element</h2><div id="element">${element}</div>` +
      `<h2>htmx</h2><div id="htmx">${stream}</div>`,
    `${LISTEN}${config}${style}<script defer src="/htmx.js"></script>`,
  );
}

/** What an editor that knows oEmbed makes of an address that was pasted into it. */
async function iframeAt(address: string): Promise<string> {
  const page = await (await fetch(address)).text();
  const [, link = ""] = /type="application\/json\+oembed"[^>]* href="([^"]*)"/.exec(page) ?? [];
  return (await (await fetch(link.replaceAll("&amp;", "&"))).json()).html;
}

/** htmx as other sites have it too. */
async function htmxOf({ origin }: Server): Promise<string> {
  const page = await (await fetch(origin + paths.playground())).text();
  const path = /src="([^"]*htmx\.js)"/.exec(page)?.[1] ?? "";
  return await (await fetch(origin + path)).text();
}

function tokenOf({ address }: Snippets): string {
  return address.split("/").at(-1) ?? "";
}

type Way = "oembed" | "iframe" | "element" | "htmx";

/** Where each way shows the task. */
function places(page: Page): Record<Way, Locator> {
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
  const snippets = await copySnippets(stage, id, site.origin);
  const page = await stage.blank();
  await page.goto(await pageOfAllWays(stage, site, snippets));
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
  const element = page.locator("#element callboard-task");
  // By the keyboard: just after scrolling, a browser may give a click to the frame that was there.
  await element.getByRole("button", { name: "Copy" }).press("Enter");
  await element.getByText("Copied").first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "**All told**");
  await shot(page, "embed-completed");
  await assertAccessible(page, "a page that embeds a task");
  await page.goto(server.origin + paths.embed.task(tokenOf(snippets)));
  await assertAccessible(page, "an embedded task alone");
});

journey("Another site that is not allowed sees nothing in any of the ways", async (stage) => {
  await using site = startSecondSite();
  await using other = startSecondSite();
  const { server } = stage;
  await saveApp(server, ECHO);
  const { id } = await runApp(server, ECHO.name, { said: "secret words" });
  await endOfTask(server, id);
  const snippets = await copySnippets(stage, id, site.origin);
  const page = await stage.blank({ allows: [/frame-ancestors|CORS|Failed to (load|fetch)/] });
  await page.goto(await pageOfAllWays(stage, other, snippets));
  await page.locator("#element").getByText("does not allow this site").waitFor();
  const frames = page.frames().slice(1);
  assert.equal(frames.length, 2);
  for (const frame of frames) {
    assert.match(frame.url(), /^chrome-error:/, "the browser refuses to show it");
  }
  const { body, status } = await page.evaluate(async (url) => {
    try {
      const answer = await fetch(url);
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      return { status: 0, body: String(error) };
    }
  }, server.origin + paths.embed.taskFragment(tokenOf(snippets)));
  assert.equal(status, 0, body);
  const all = await page.evaluate(() => document.documentElement.innerHTML);
  assert.doesNotMatch(all, /secret/);
  assert.deepEqual(await toldBy(page), ['callboard:error {"reason":"unreachable"}']);
  await shot(page, "embed-refused");
});

journey("An embedded task says that its link was revoked, and asks no more", async (stage) => {
  await using site = startSecondSite();
  const { server, model } = stage;
  const gate = new Gate();
  model.answer(words(["Never told"], { gate }));
  await saveApp(server, MARKED);
  const { id } = await runApp(server, MARKED.name, { topic: "x" });
  const page = await stage.blank();
  await page.goto(await pageOfAllWays(stage, site, await copySnippets(stage, id, site.origin)));
  await waitForAll(page, "running");
  let requests = 0;
  page.on("request", () => requests++);
  await revokeShares(server, id);
  await waitForAll(page, "gone");
  assert.equal(await page.getByText("This is no longer available.").count(), 2);
  assert.equal(requests, 0);
  assert.deepEqual((await toldBy(page)).at(-1), 'callboard:error {"reason":"gone"}');
  await shot(page, "embed-gone");
});

/** A task that has ended, and a page that shows it as an element. */
async function pageOfEnded({ server }: Stage, site: SecondSite) {
  await saveApp(server, ECHO);
  const { id } = await runApp(server, ECHO.name, { said: "Said and done" });
  await endOfTask(server, id);
  const { token } = await shareTask(server, id, { sites: [site.origin] });
  const url = site.page(
    "/",
    `<callboard-task token="${token}"></callboard-task>`,
    `<script async src="${server.origin}${paths.embed.script()}"></script>`,
  );
  return { id, url };
}

journey(
  "An embedded task that is copied twice at once says so, and then no more",
  async (stage) => {
    await using site = startSecondSite();
    const { url } = await pageOfEnded(stage, site);
    const page = await stage.blank();
    await page.clock.install();
    await page.goto(url);
    const button = page.locator(".cb-copy");
    for (let i = 1; i <= 2; i++) {
      await page.evaluate(() => navigator.clipboard.writeText(""));
      await button.press("Enter");
      while (await page.evaluate(() => navigator.clipboard.readText()) === "");
      await button.getByText("Copied").waitFor();
    }
    await page.clock.runFor("00:05");
    await button.getByText("Copy", { exact: true }).waitFor();
  },
);

journey(
  "An embedded task whose link was revoked once it had ended copies nothing",
  async (stage) => {
    await using site = startSecondSite();
    const { id, url } = await pageOfEnded(stage, site);
    const page = await stage.blank({ allows: [/status of 404/] });
    await page.goto(url);
    const copy = page.getByRole("button", { name: "Copy" });
    await copy.press("Enter");
    await page.getByText("Copied").first().waitFor();
    await revokeShares(stage.server, id);
    await copy.press("Enter");
    await page.getByText("This is no longer available.").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Said and done");
  },
);

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

journey("An embedded task outlives a restart of the server", async (stage) => {
  await using site = startSecondSite();
  const { server, model } = stage;
  const gate = new Gate();
  model.answer(words(["Told ", "after all"], { gate }));
  await saveApp(server, MARKED);
  const { id } = await runApp(server, MARKED.name, { topic: "x" });
  const snippets = await copySnippets(stage, id, site.origin);
  const page = await stage.blank({ allows: [/ERR_/, /Failed to fetch|network error/] });
  await page.goto(await pageOfAllWays(stage, site, snippets));
  await waitForAll(page, "running");
  await server.kill();
  await page.locator("#element").getByText("Connection lost, trying again.").waitFor();
  gate.open(Infinity);
  await server.start();
  await places(page).element.locator('xpath=self::*[@data-status="completed"]').waitFor();
  assert.equal(await page.locator("#element .cb-note").textContent(), "");
  assert.deepEqual(await toldBy(page), [
    'callboard:status {"status":"running"}',
    'callboard:status {"status":"completed"}',
    'callboard:done {"status":"completed"}',
  ]);
});

journey("An embedded task stands on a page whose policy is strict", async ({ server, blank }) => {
  await using site = startSecondSite();
  await saveApp(server, ECHO);
  const { id } = await runApp(server, ECHO.name, { said: "Said and done" });
  const { token } = await shareTask(server, id, { sites: [site.origin] });
  const { origin } = server;
  const policy = [
    "default-src 'none'",
    `script-src ${origin}`,
    `connect-src ${origin}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "require-trusted-types-for 'script'",
    "trusted-types callboard",
  ].join("; ");
  const page = await blank();
  await page.goto(site.page(
    "/",
    `<callboard-task token="${token}" base="${origin}"></callboard-task>`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
      `<script async src="${origin}${paths.embed.script()}"></script>`,
  ));
  const shown = page.locator('callboard-task .callboard[data-status="completed"]');
  await shown.getByText("Said and done").waitFor();
  const display = await shown.locator(".cb-head").evaluate((head) =>
    getComputedStyle(head).display
  );
  assert.equal(display, "flex", "its own style is there");
});

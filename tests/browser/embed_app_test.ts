import assert from "node:assert/strict";
import type { FrameLocator, Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { saveApp } from "./helpers/api.ts";
import { type AppSource, ECHO } from "./helpers/apps.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { linkApp, LISTEN, toldBy } from "./helpers/embed.ts";
import { journey, shot } from "./helpers/journey.ts";
import { startSecondSite } from "./helpers/second_site.ts";

/** What anybody may type, and what must stay text also where no policy helps. */
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
  await page.goto(origin + paths.embed.app(token));
  await assertAccessible(page, "an embedded app alone");
});

journey("A query fills in an embedded app, in a frame and on another site", async (stage) => {
  await using site = startSecondSite();
  const { server: { origin }, server } = stage;
  const token = await linkApp(server, await saveApp(server, ECHO), { sites: [site.origin] });
  const page = await stage.blank();
  await page.goto(site.page(
    "/",
    `<iframe src="${origin}${paths.embed.app(token)}?said=One+%26+two" title="Echo"></iframe>` +
      `<callboard-app token="${token}" base="${origin}" query="said=Three"></callboard-app>`,
    `<script async src="${origin}${paths.embed.script()}"></script>`,
  ));
  const said = (place: Page | FrameLocator) =>
    place.locator("callboard-app").locator(".cb-body").getByLabel("Said");
  assert.equal(await said(page.frameLocator("iframe")).inputValue(), "One & two");
  assert.equal(await said(page).inputValue(), "Three");
});

journey("A frame is as high as what it shows where the script is on its page", async (stage) => {
  await using site = startSecondSite();
  const { server: { origin }, server } = stage;
  const token = await linkApp(server, await saveApp(server, ECHO), { sites: [site.origin] });
  const script = `<script async src="${origin}${paths.embed.script()}"></script>`;
  const html = `<iframe src="${origin}${paths.embed.app(token)}" title="Echo"></iframe>`;
  const page = await stage.blank();
  await page.goto(site.page("/", html, script));
  const frame = page.locator("iframe");
  const content = page.frameLocator("iframe");
  const app = content.locator("callboard-app");
  const fits = async () => {
    const body = content.locator("body");
    const wanted = await body.evaluate((body) => Math.ceil(body.getBoundingClientRect().height));
    await page.locator(`iframe[style="height: ${wanted}px;"]`).waitFor();
    return wanted;
  };
  await app.locator(".cb-body .callboard").waitFor();
  const before = await fits();
  const form = app.locator(".cb-body");
  await form.getByLabel("Said").fill("Hello there");
  await form.getByRole("button", { name: "Run" }).click();
  await app.locator('.callboard[data-status="completed"]').waitFor();
  // By then all is there that makes it higher.
  await app.getByText("Hello there").last().waitFor();
  assert.ok(await fits() > before);

  await page.goto(site.page("/without", html));
  await form.getByRole("button", { name: "Run" }).waitFor();
  assert.equal(await frame.getAttribute("style"), null);
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

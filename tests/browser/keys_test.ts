import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { SseReader } from "../helpers/sse.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { journey, shot, type Stage } from "./helpers/journey.ts";
import { startPeople } from "./helpers/people.ts";
import { waitForStatus } from "./helpers/task_page.ts";

const people = await startPeople();
Deno.test.afterAll(() => people.provider.close());

/** Creates a key on the page that is open, and copies it as a person does. */
async function createKey(page: Page, name: string): Promise<{ readonly Authorization: string }> {
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByRole("heading", { name: "Your key is ready" }).waitFor();
  await page.getByRole("button", { name: "Copy Key" }).click();
  await page.locator("[data-copied]").waitFor();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(secret, /^cbk_[\w-]{43}$/);
  return { Authorization: `Bearer ${secret}` };
}

async function revoke(page: Page, name: string): Promise<void> {
  const key = page.getByRole("listitem").filter({ hasText: name });
  await page.getByText(`Revoke ${name}`).click();
  await key.getByRole("button", { name: "Revoke key" }).click();
  await key.waitFor({ state: "detached" });
}

/** A task whose model has written a beginning, and waits; its id. */
async function startTask({ model }: Stage, page: Page, gate: Gate): Promise<string> {
  gate.open(1);
  model.answer(words(["Night ", "trains"], { gate }));
  await page.getByRole("link", { name: "Ask a model" }).click();
  await page.getByLabel("Question").fill("When do trains run?");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await waitForStatus(page, "Running");
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

journey("Keys: one is created, copied, used, and revoked while a stream is open", async (stage) => {
  const { server: { origin } } = stage;
  const page = await people.signIn(stage, "Ada", paths.playground());
  const gate = new Gate();
  const taskId = await startTask(stage, page, gate);
  await page.getByRole("link", { name: "Settings" }).click();
  await assertAccessible(page, "the API keys");
  const headers = await createKey(page, "Nightly report");
  await assertAccessible(page, "a key that was created");
  await shot(page, "keys-created");
  assert.equal((await fetch(origin + paths.api.apps(), { headers })).status, 200);

  const stream = await fetch(origin + paths.api.taskEvents(taskId), { headers });
  assert.equal(stream.status, 200);
  const told = new SseReader(stream).rest();
  await page.goto(paths.settings.keys());
  await page.getByText("last used").waitFor();
  assert.equal(await page.getByText("cbk_").count(), 0, "it was shown once");
  await revoke(page, "Nightly report");
  assert.ok((await told).length > 0, "the stream has ended, while its task runs");
  assert.equal((await fetch(origin + paths.api.apps(), { headers })).status, 401);
  gate.open(Infinity);
}, people.settings);

journey("Keys: a viewer has their own, which ends when they are removed", async (stage) => {
  const { server: { origin } } = stage;
  const ada = await people.signIn(stage, "Ada", paths.playground());
  const vera = await people.signIn(stage, "Vera", paths.settings.keys());
  await vera.getByLabel("Read").waitFor();
  assert.equal(await vera.getByRole("checkbox", { name: "Run" }).count(), 0);
  const headers = await createKey(vera, "Dashboard");
  await shot(vera, "keys-viewer");
  assert.equal((await fetch(origin + paths.api.tasks(), { headers })).status, 200);
  await ada.goto(paths.settings.keys());
  await ada.getByText("Created by Vera").waitFor();
  await ada.goto(paths.settings.people());
  const row = ada.getByRole("row", { name: /^Vera/ });
  await ada.getByText("Remove Vera").click();
  await row.getByText("their API keys end").waitFor();
  await row.getByRole("button", { name: "Remove person" }).click();
  await row.waitFor({ state: "detached" });
  assert.equal((await fetch(origin + paths.api.tasks(), { headers })).status, 401);
  await ada.goto(paths.settings.keys());
  assert.equal(await ada.getByText("Dashboard").count(), 0);
}, people.settings);

/** More rows than a page of the list holds. */
const APPS = 52;

/** The list is written a moment after what it tells of. */
async function reloadUntilShown(page: Page, selector: string): Promise<void> {
  for (let tries = 0; await page.locator(selector).count() === 0; tries++) {
    assert.ok(tries < 100, `nothing on the page is ${selector}`);
    await page.reload();
  }
}

journey("Audit: what a key did is told, filtered and paged", async (stage) => {
  const { server: { origin } } = stage;
  const page = await people.signIn(stage, "Ada", paths.settings.keys());
  await page.getByLabel("Edit").check();
  const headers = await createKey(page, "Builder");
  let newest = "";
  for (let made = 0; made < APPS; made++) {
    const answer = await fetch(origin + paths.studio(), {
      method: "POST",
      headers,
      redirect: "manual",
      body: new URLSearchParams(),
    });
    assert.equal(answer.status, 303);
    await answer.body?.cancel();
    newest = answer.headers.get("Location") ?? "";
  }
  await page.getByRole("link", { name: "Audit" }).click();
  const rows = page.locator("tbody tr");
  await rows.filter({ hasText: "Created the app" }).first().waitFor();
  await reloadUntilShown(page, `tbody a[href="${newest}"]`);
  await assertAccessible(page, "the audit list");
  await shot(page, "audit");
  assert.equal(await rows.count(), 50);
  await page.getByRole("link", { name: "Next" }).click();
  await rows.filter({ hasText: "Created the API key Builder" }).waitFor();
  assert.equal(await rows.filter({ hasText: "Created the app" }).count(), APPS - 50);

  await page.getByRole("link", { name: "Access" }).click();
  await rows.filter({ hasText: "Created the app" }).first().waitFor({ state: "detached" });
  await rows.filter({ hasText: "Signed in" }).waitFor();
  await page.goBack();
  await rows.filter({ hasText: "Created the app" }).first().waitFor();
  await page.getByRole("link", { name: "Builder" }).first().click();
  await page.getByText("Only what Builder (key of Ada) did.").waitFor();
  assert.equal(await rows.filter({ hasText: "Signed in" }).count(), 0);
  await assertAccessible(page, "what one key did");
}, people.settings);

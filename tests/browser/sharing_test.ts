import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../../views/dom_ids.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { endOfTask, runApp, saveApp } from "./helpers/api.ts";
import { TELL } from "./helpers/apps.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { journey, shot, type Stage } from "./helpers/journey.ts";
import { stepAt, toggleStep, waitForStatus } from "./helpers/task_page.ts";

const GONE = "This link is no longer valid.";
/** Long enough for hx-sse to come back several times, if it did. */
const SILENCE_MS = 3_000;

/** Opens the dialog of a task's page. */
async function openDialog(page: Page) {
  await page.getByRole("link", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share" });
  await dialog.waitFor();
  return dialog;
}

/** Makes a link in the dialog that is open; its path. */
async function makeLink(page: Page, parts: readonly string[]): Promise<string> {
  const dialog = page.getByRole("dialog", { name: "Share" });
  for (const part of ["Outputs", "Steps", "Inputs"]) {
    await dialog.getByLabel(part, { exact: true }).setChecked(parts.includes(part));
  }
  await dialog.getByRole("button", { name: "Make link" }).click();
  const address = dialog.locator(`#${domIds.shareAddress}`);
  await address.waitFor();
  return new URL(await address.innerText()).pathname;
}

async function copied(page: Page, what: string): Promise<void> {
  await page.getByRole("button", { name: `Copy ${what}` }).click();
  await page.locator("[data-copied]").waitFor();
}

/** A task whose model has written a beginning, and waits. */
async function half({ server, model, open }: Stage) {
  const gate = new Gate();
  model.answer(words(["A beginning ", "and an end"], { gate }));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "sharing" });
  const page = await open(paths.task(id));
  gate.open();
  await stepAt(page, 2).getByText("A beginning").waitFor({ state: "attached" });
  return { id, page, gate };
}

journey("a link revoked while two browsers watch: both say so and fall silent", async (stage) => {
  const { page, gate } = await half(stage);
  await openDialog(page);
  await assertAccessible(page, "the dialog");
  await shot(page, "share-dialog-empty");
  const path = await makeLink(page, ["Outputs", "Steps"]);
  await shot(page, "share-dialog-made");
  await assertAccessible(page, "the dialog with a link");
  await copied(page, "the link");
  assert.ok((await page.evaluate(() => navigator.clipboard.readText())).endsWith(path));

  const readers = [await stage.blank(), await stage.blank({ colorScheme: "dark" })];
  const requests = readers.map((reader) => {
    const seen: string[] = [];
    reader.on("request", (request) => seen.push(new URL(request.url()).pathname));
    return seen;
  });
  for (const [i, reader] of readers.entries()) {
    await reader.goto(path);
    await waitForStatus(reader, "Running");
    await toggleStep(reader, 2);
    await reader.getByText("A beginning").waitFor();
    await shot(reader, `shared-running-${i}`);
    await assertAccessible(reader, "a shared task that runs");
  }
  assert.equal(await readers[0]?.getByText("Topic").count(), 0, "inputs are not shown");

  const before = requests.map(({ length }) => length);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Revoke", { exact: false }).first().click();
  await shot(page, "share-dialog-revoke");
  await dialog.getByRole("button", { name: "Revoke link" }).click();
  for (const reader of readers) {
    await reader.getByRole("heading", { name: GONE }).waitFor();
    assert.equal(await reader.getByText("A beginning").count(), 0);
    assert.equal(await reader.title(), "This link is no longer valid – Callboard");
  }
  await shot(readers[0] ?? page, "shared-gone");
  await dialog.getByRole("heading", { name: "1 link" }).waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await openDialog(page);
  await page.getByRole("button", { name: "Close" }).click();
  await page.waitForTimeout(SILENCE_MS);
  for (const [i, seen] of requests.entries()) {
    const more = seen.slice(before[i]);
    assert.ok(more.length <= 2, more.join(", "));
  }
  gate.open(Infinity);
  await waitForStatus(page, "Completed");
});

journey("a shared task shows its output as it comes, in any state and width", async (stage) => {
  const { id, page, gate } = await half(stage);
  await openDialog(page);
  const path = await makeLink(page, ["Outputs", "Inputs"]);
  const reader = await stage.open(path, { width: 360 });
  await reader.getByText("Its output appears here").waitFor();
  await shot(reader, "shared-output-only-360");
  await assertAccessible(reader, "a shared task before its output");
  gate.open(Infinity);
  await endOfTask(stage.server, id);
  await reader.getByText("A beginning and an end").waitFor();
  await copied(reader, "Story");
  assert.match(await reader.evaluate(() => navigator.clipboard.readText()), /and an end/);
  await shot(reader, "shared-completed-360");
  await shot(await stage.open(path, { width: 1600, colorScheme: "dark" }), "shared-completed-dark");
  await shot(await stage.open(path, { javaScript: false }), "shared-completed-no-script");
});

journey("a task is shared without a script, and a link that is none says so", async (stage) => {
  const { model, server } = stage;
  model.answer(words(["Told"]));
  await saveApp(server, TELL);
  const { id } = await runApp(server, TELL.name, { topic: "sharing" });
  await endOfTask(server, id);
  const page = await stage.open(paths.task(id), { javaScript: false, allows: [/422/] });
  await page.getByRole("link", { name: "Share" }).click();
  await shot(page, "share-page");
  await page.getByLabel("Sites").fill("example.org");
  await page.getByRole("button", { name: "Make link" }).click();
  await page.getByText('Cannot use "example.org"').waitFor();
  await shot(page, "share-page-error");
  await page.getByLabel("Sites").fill("https://example.org");
  await page.getByRole("button", { name: "Make link" }).click();
  const address = await page.locator(`#${domIds.shareAddress}`).innerText();
  await shot(page, "share-page-made");
  const other = await stage.open(new URL(address).pathname, { javaScript: false });
  await waitForStatus(other, "Completed");
  await page.getByText("Revoke", { exact: false }).first().click();
  await page.getByRole("button", { name: "Revoke link" }).click();
  await page.waitForURL(/shares$/);
  const gone = await stage.open(new URL(address).pathname, { allows: [/404/] });
  await gone.getByRole("heading", { name: GONE }).waitFor();
  await assertAccessible(gone, "a link that is no longer valid");
  await shot(gone, "link-gone");
});

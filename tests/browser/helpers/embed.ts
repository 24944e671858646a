import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { z } from "zod";
import { paths } from "../../../routes/paths.ts";
import type { Stage } from "./journey.ts";
import type { Server } from "./server.ts";

export type Shown = "outputs" | "steps" | "inputs";

/** What a link to a task or an app shows, and to which sites. */
export interface LinkChoice {
  readonly show?: readonly Shown[];
  readonly sites: readonly string[];
}

const Share = z.object({ id: z.string(), token: z.string() });

/** Shares a task as a program does. */
export async function shareTask(
  { origin }: Server,
  taskId: string,
  { show = ["outputs"], sites }: LinkChoice,
): Promise<z.infer<typeof Share>> {
  const answer = await fetch(origin + paths.api.taskShares(taskId), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ expiresInSeconds: 3600, show, origins: sites }),
  });
  const body = await answer.text();
  assert.equal(answer.status, 201, body);
  return Share.parse(JSON.parse(body));
}

/** Revokes every link to a task, as a program does. */
export async function revokeShares({ origin }: Server, taskId: string): Promise<void> {
  const answer = await fetch(origin + paths.api.taskShares(taskId));
  const { shares } = z.object({ shares: z.array(Share.pick({ id: true })) }).parse(
    await answer.json(),
  );
  for (const { id } of shares) await fetch(origin + paths.api.share(id), { method: "DELETE" });
}

/** What a person copies into another site, by the way it shows the task. */
export interface Snippets {
  readonly address: string;
  readonly iframe: string;
  readonly element: string;
  readonly fragment: string;
}

/** Shares a task's outputs on its page, and copies each way to embed it. */
export async function copySnippets(
  { open }: Pick<Stage, "open">,
  taskId: string,
  site: string,
): Promise<Snippets> {
  const page = await open(paths.taskShares(taskId));
  await page.getByLabel("Sites that may show it").fill(site);
  await page.getByRole("button", { name: "Make link" }).click();
  await page.getByText("Show it on another site").click();
  const address = await page.getByLabel("Link", { exact: true }).innerText();
  const copy = async (name: string) => {
    const section = page.locator(".snippet", { has: page.locator(`#embed-${name}`) });
    await section.getByRole("button", { name: "Copy" }).click();
    await section.locator("[data-copied]").waitFor();
    return await page.evaluate(() => navigator.clipboard.readText());
  };
  const snippets = {
    address,
    iframe: await copy("iframe"),
    element: await copy("element"),
    fragment: await copy("fragment"),
  };
  await page.context().close();
  return snippets;
}

/** Makes a link to an app as Studio's form does; its token. */
export async function linkApp(
  { origin }: Server,
  appId: string,
  { show = ["outputs"], sites }: LinkChoice,
): Promise<string> {
  const fields = { sites: sites.join("\n"), tokens_per_day: "1000", days: "1" };
  const answer = await fetch(origin + paths.studioAppLinks(appId), {
    method: "POST",
    headers: { Origin: origin },
    body: new URLSearchParams(show.includes("steps") ? { ...fields, steps: "on" } : fields),
  });
  const token = /cbs_[\w-]{43}/.exec(await answer.text())?.[0];
  assert(token !== undefined, `No link was made: ${answer.status}`);
  return token;
}

/** What embedded elements have told their page, such as `callboard:done {"status":"completed"}`. */
export async function toldBy(page: Page): Promise<string[]> {
  return await page.evaluate(() => Reflect.get(globalThis, "toldByCallboard") ?? []);
}

/** Goes into the head of a page: notes what the elements tell it. */
export const LISTEN = `<script>
globalThis.toldByCallboard = [];
for (const name of ["callboard:status", "callboard:done", "callboard:error"]) {
  document.addEventListener(name, ({ detail: { message, ...detail } }) =>
    toldByCallboard.push(name + " " + JSON.stringify(detail)));
}
</script>`;

import assert from "node:assert/strict";
import { MAX_VISITS_AT_ONCE } from "../../../executor/link_use.ts";
import { paths } from "../../../routes/paths.ts";
import { startTestSite, type TestSite, type TestSiteOptions } from "../../helpers/http.ts";
import { appLink, SCRIPT } from "../../helpers/links.ts";

const STARTED = "Too many tasks were started here lately. Try again in a while";
const SENT = "This form was sent too often lately. Try again in a while";

/** A site with an app that wants a topic, and a link to it that visitors use. */
async function startVisited(options: TestSiteOptions = {}) {
  const site = await startTestSite({ concurrency: 0, trustedProxies: 1, ...options });
  const topic = { name: "topic", label: "Topic", type: "text", required: true };
  const app = await site.add({ inputs: [topic] });
  const { token } = await appLink(site.executor, app.id);
  const path = paths.embed.appTasks(token);
  let visitors = 0;

  /** Sends the form, from an address of its own unless one is given; its status and what is wrong. */
  async function send(topic: string, address = `10.0.${++visitors >> 8}.${visitors & 255}`) {
    const headers = { ...SCRIPT, "X-Forwarded-For": address };
    const answer = await site.postForm(path, { topic }, headers);
    const text = await answer.text();
    return [answer.status, /"detail":"([^"]*)"/.exec(text)?.[1] ?? null] as const;
  }

  /** Starts so many tasks, ten at a time, each ten of which have ended before the next begin. */
  async function startMany(count: number, address?: string): Promise<void> {
    for (let started = 0; started < count; started++) {
      if (started % MAX_VISITS_AT_ONCE === 0) await endAll(site);
      assert.deepEqual(await send("x", address), [201, null], `start ${started}`);
    }
    await endAll(site);
  }

  return { site, app, path, send, startMany };
}

async function endAll({ executor: { tasks } }: TestSite): Promise<void> {
  const { rows } = await tasks.list({ status: "running", limit: 100 });
  for (const { id } of rows) await tasks.cancel(id);
}

Deno.test("visitors of a link start 120 tasks an hour, and what one more typed is kept", async () => {
  const { site, app, path, send, startMany } = await startVisited();
  await using _ = site;
  await startMany(120);
  assert.deepEqual(await send("x"), [429, STARTED]);
  const refused = await site.postForm(path, { topic: "kept words" }, { Accept: "text/html" });
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get("Retry-After")) > 0);
  assert.match(await refused.text(), /Try again in a while.*kept words/s);
  const { token } = await appLink(site.executor, app.id);
  const other = await site.postForm(paths.embed.appTasks(token), { topic: "x" }, SCRIPT);
  assert.equal(other.status, 201, "another link has its own");
});

Deno.test("one address starts 20 tasks in ten minutes, and takes nothing from any other", async () => {
  const { site, send, startMany } = await startVisited();
  await using _ = site;
  await startMany(20, "192.0.2.1");
  assert.deepEqual(await send("x", "192.0.2.1"), [429, STARTED]);
  assert.deepEqual(await send("x", "192.0.2.2"), [201, null]);
  site.clock.advance(10 * 60 * 1_000);
  assert.deepEqual(await send("x", "192.0.2.1"), [201, null]);
});

Deno.test("inputs that do not fit use up no task, nor does a link whose tasks all run", async () => {
  const { site, send, startMany } = await startVisited();
  await using _ = site;
  for (let wrong = 0; wrong < 30; wrong++) assert.equal((await send("", "192.0.2.1"))[0], 422);
  await startMany(19, "192.0.2.1");
  for (let count = 0; count < MAX_VISITS_AT_ONCE; count++) await send("x");
  const [status, detail] = await send("x", "192.0.2.1");
  assert.equal(status, 429);
  assert.match(detail ?? "", /As many tasks run here/);
  await endAll(site);
  assert.deepEqual(await send("x", "192.0.2.1"), [201, null]);
});

Deno.test("a form is sent 100 times in ten minutes from one address, right or wrong", async () => {
  const { site, send } = await startVisited();
  await using _ = site;
  for (let wrong = 0; wrong < 100; wrong++) await send("", "192.0.2.1");
  assert.deepEqual(await send("", "192.0.2.1"), [429, SENT]);
  assert.deepEqual(await send("x", "192.0.2.1"), [429, SENT]);
  assert.deepEqual(await send("x", "192.0.2.2"), [201, null]);
});

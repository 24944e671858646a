import assert from "node:assert/strict";
import type { z } from "zod";
import { ChangeEvent, Task, TaskEvent } from "../../../routes/api/schemas/answers.ts";
import { paths } from "../../../routes/paths.ts";
import { answerOf, problemOf } from "../../helpers/api_answers.ts";
import { inARow, outputOf } from "../../helpers/definitions.ts";
import { createGates } from "../../helpers/gates.ts";
import { startTestSite, type TestSite } from "../../helpers/http.ts";
import { SseReader } from "../../helpers/sse.ts";

const { api } = paths;
const FRAME_MS = 100;

/** A program that keeps a task by what its stream tells. */
class Follower {
  task: z.infer<typeof Task> | null = null;
  /** What running steps have written, by step and attempt. */
  readonly written = new Map<string, string>();
  readonly events: (string | null)[] = [];
  lastId: string | null = null;
  readonly reading: Promise<void>;
  readonly #reader: SseReader;

  constructor(response: Response) {
    assert.equal(response.status, 200);
    assert.match(response.headers.get("Content-Type") ?? "", /^text\/event-stream/);
    this.#reader = new SseReader(response);
    this.reading = this.#read();
  }

  async leave(): Promise<void> {
    await this.#reader.leave();
    await this.reading;
  }

  async #read(): Promise<void> {
    for (let next = await this.#reader.next(); next !== null; next = await this.#reader.next()) {
      this.events.push(next.event);
      if (next.event === "done") continue;
      this.lastId = next.id;
      const data = JSON.parse(next.data);
      if (next.event === "task") this.#begin(TaskEvent.parse(data));
      else this.#change(ChangeEvent.parse(data));
    }
  }

  #begin({ task, written }: z.infer<typeof TaskEvent>): void {
    this.task = task;
    this.written.clear();
    for (const { stepId, attempt, text } of written) this.written.set(`${stepId} ${attempt}`, text);
  }

  #change({ task, steps, written }: z.infer<typeof ChangeEvent>): void {
    const before = this.task ?? assert.fail("a change before the task");
    const merged = before.steps.map((step) => steps.find(({ id }) => id === step.id) ?? step);
    this.task = { ...before, ...task, steps: merged };
    for (const { stepId, attempt, offset, text } of written) {
      const name = `${stepId} ${attempt}`;
      const had = this.written.get(name) ?? "";
      assert.equal(had.length, offset, "no gap and no repeat");
      this.written.set(name, had + text);
    }
  }
}

async function frame(site: TestSite): Promise<void> {
  await site.kv.idle();
  site.clock.advance(FRAME_MS);
  await site.kv.idle();
}

async function follow(site: TestSite, taskId: string, lastId?: string | null): Promise<Follower> {
  const headers: Record<string, string> = lastId ? { "Last-Event-ID": lastId } : {};
  const follower = new Follower(await site.get(api.taskEvents(taskId), headers));
  await site.kv.idle();
  return follower;
}

async function fresh(site: TestSite, taskId: string) {
  return await answerOf(await site.get(api.task(taskId)), 200, Task);
}

Deno.test("GET /api/v1/tasks/:id/events tells the task, each change, and the end", async () => {
  await using site = await startTestSite();
  const app = await site.add({ steps: inARow("a", "b"), outputs: [outputOf("b")] });
  const taskId = await site.start(app.id);
  const a = await site.gates.next("a");
  const follower = await follow(site, taskId);
  assert.deepEqual(follower.task, await fresh(site, taskId));
  a.write("one\n\nevent: done\r");
  await frame(site);
  a.write(" two");
  await frame(site);
  assert.equal(follower.written.get("a 1"), "one\n\nevent: done\r two");
  const late = await follow(site, taskId);
  await frame(site);
  assert.equal(late.written.get("a 1"), follower.written.get("a 1"));
  a.done("of a");
  const b = await site.gates.next("b");
  await frame(site);
  assert.deepEqual(follower.task, await fresh(site, taskId));
  b.done("of b");
  await site.ended(taskId);
  await frame(site);
  await Promise.all([follower.reading, late.reading]);
  assert.deepEqual(follower.task, await fresh(site, taskId));
  assert.deepEqual(late.task, follower.task);
  assert.equal(follower.events[0], "task");
  assert.equal(follower.events.at(-1), "done");
  assert.equal(follower.events.slice(1, -1).every((event) => event === "change"), true);
});

Deno.test("a follower who comes back with what it has is told only what changed since", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  const first = await follow(site, taskId);
  await first.leave();
  const same = await follow(site, taskId, first.lastId);
  assert.deepEqual(same.events, [], "it has all there is");
  await same.leave();
  run.write("x");
  run.done("y");
  await site.ended(taskId);
  for (const lastId of [first.lastId, "p1.999999.0", "nonsense", "-1", "9".repeat(5_000)]) {
    const back = await follow(site, taskId, lastId);
    await back.reading;
    assert.deepEqual(back.events, ["task", "done"]);
    assert.deepEqual(back.task, await fresh(site, taskId));
    const again = await follow(site, taskId, back.lastId);
    await again.reading;
    assert.deepEqual(again.events, ["done"]);
  }
});

Deno.test("the events of a cancelled task go on until what ran of it has stopped", async () => {
  const gates = createGates({ onAbort: "ignore" });
  await using site = await startTestSite({ gates });
  const app = await site.add();
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  await site.executor.tasks.cancel(taskId);
  const follower = await follow(site, taskId);
  assert.equal(follower.task?.status, "cancelled");
  assert.deepEqual(follower.events, ["task"]);
  run.done();
  await site.closed(taskId);
  await frame(site);
  await follower.reading;
  assert.deepEqual(follower.events, ["task", "change", "done"]);
  assert.deepEqual(follower.task, await fresh(site, taskId));
});

Deno.test("the events of an unknown task are a 404 problem", async () => {
  await using site = await startTestSite();
  await problemOf(await site.get(api.taskEvents("tsk_x")), 404);
});

import assert from "node:assert/strict";
import { type Kv, openKv } from "../../executor/mod.ts";
import { inARow } from "../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../helpers/http.ts";
import { parsePrometheus } from "../helpers/prometheus.ts";
import { SseReader } from "../helpers/sse.ts";

/** A scrape, as `name{label="value"}` and values. */
async function scrape(site: TestSite): Promise<ReadonlyMap<string, number>> {
  const response = await site.get("/metrics");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(response.headers.get("Cache-Control"), "no-store");
  const samples = parsePrometheus(await response.text());
  return new Map(samples.map(({ name, labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
    return [[name, ...pairs].join(" "), value];
  }));
}

Deno.test("GET /metrics counts tasks, steps, attempts and tokens by how they ended", async () => {
  await using site = await startTestSite();
  const app = await site.add({
    steps: inARow("a", "b").map((step) => ({ ...step, retry: { attempts: 2, backoff: 1 } })),
  });
  const first = await site.start(app.id);
  (await site.gates.next("a")).fail(new Error("once"));
  await site.when(first, ({ steps }) => steps[0]?.retryAt !== undefined);
  await site.kv.idle();
  site.clock.advance(1_000);
  const again = await site.gates.next("a");
  site.clock.advance(2_000);
  again.done("made", { inputTokens: 30, outputTokens: 4 });
  (await site.gates.next("b")).done("made");
  await site.ended(first);
  const second = await site.start(app.id);
  (await site.gates.next("a")).tellUsage({ inputTokens: 7, outputTokens: 1 });
  await site.executor.tasks.cancel(second);
  await site.closed(second);
  await site.executor.tasks.delete(first);
  const metrics = await scrape(site);
  const expected = {
    "callboard_tasks_accepted_total origin=api": 2,
    "callboard_tasks_ended_total outcome=completed": 1,
    "callboard_tasks_ended_total outcome=cancelled": 1,
    "callboard_tasks_deleted_total reason=asked": 1,
    "callboard_steps_ended_total kind=gate outcome=completed": 2,
    "callboard_steps_ended_total kind=gate outcome=cancelled": 1,
    "callboard_steps_ended_total kind=gate outcome=skipped": 1,
    "callboard_step_attempts_total kind=gate outcome=retried": 1,
    "callboard_step_attempts_total kind=gate outcome=completed": 2,
    "callboard_step_attempts_total kind=gate outcome=aborted": 1,
    "callboard_tokens_total direction=input": 37,
    "callboard_tokens_total direction=output": 5,
    "callboard_task_duration_seconds_sum outcome=completed": 3,
    "callboard_task_duration_seconds_bucket outcome=completed le=1": 0,
    "callboard_task_duration_seconds_bucket outcome=completed le=5": 1,
    "callboard_step_duration_seconds_sum kind=gate": 2,
    "callboard_task_wait_seconds_count": 2,
    "callboard_leases_expired_total": 0,
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(metrics.get(name), value, name);
  }
  assert.ok((metrics.get("callboard_kv_commit_duration_seconds_count") ?? 0) >= 8);
  assert.ok((metrics.get("process_resident_memory_bytes") ?? 0) > 10_000_000);
  assert.equal(
    metrics.get(`callboard_build_info deno=${Deno.version.deno} v8=${Deno.version.v8}`),
    1,
  );
});

Deno.test("GET /metrics tells what runs, what waits and since when, counted once a second", async () => {
  await using site = await startTestSite({ concurrency: 1 });
  const app = await site.add();
  await site.start(app.id);
  await site.gates.next();
  await site.start(app.id);
  site.clock.advance(400);
  await site.start(app.id);
  const before = await scrape(site);
  assert.equal(before.get("callboard_tasks_running"), 1);
  assert.equal(before.get("callboard_slots_free"), 0);
  assert.equal(before.get("callboard_queue_due_tasks"), 2);
  assert.equal(before.get("callboard_queue_oldest_due_seconds"), 0.4);
  await site.start(app.id);
  site.clock.advance(999);
  assert.equal((await scrape(site)).get("callboard_queue_due_tasks"), 2);
  site.clock.advance(1);
  assert.equal((await scrape(site)).get("callboard_queue_due_tasks"), 3);
});

Deno.test("GET /metrics tells how many tasks wait for a slot of their app", async () => {
  await using site = await startTestSite();
  const app = await site.add({ concurrency: 1 });
  await site.start(app.id);
  await site.gates.next();
  await site.start(app.id);
  await site.start(app.id);
  await site.kv.idle();
  assert.equal((await scrape(site)).get("callboard_tasks_waiting_for_slot"), 2);
});

Deno.test("GET /metrics counts readers of tasks and of the history, and answers by status", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  await site.gates.next();
  const streams = [
    new SseReader(await site.get(`/tasks/${taskId}/events`)),
    new SseReader(await site.get(`/tasks/${taskId}/events`)),
    new SseReader(await site.get("/tasks/events")),
  ];
  await site.get("/tasks/tsk_nothing");
  await site.request("/", { method: "PROPFIND" });
  const metrics = await scrape(site);
  assert.equal(metrics.get("callboard_readers stream=task"), 2);
  assert.equal(metrics.get("callboard_readers stream=history"), 1);
  assert.equal(metrics.get("callboard_http_requests_total method=GET status=200"), 3);
  assert.equal(metrics.get("callboard_http_requests_total method=GET status=404"), 1);
  assert.equal(metrics.get("callboard_http_requests_total method=other status=405"), 1);
  for (const stream of streams) await stream.leave();
});

Deno.test("GET /metrics tells what it can while the database does not answer", async () => {
  const { kv, close } = await openKv(":memory:");
  let isAway = false;
  const moody: Kv = {
    get: (key) => kv.get(key),
    getMany: (keys) => kv.getMany(keys),
    atomic: () => kv.atomic(),
    list(selector, options) {
      if (isAway) throw new Error("the database is away");
      return kv.list(selector, options);
    },
  };
  {
    await using site = await startTestSite({ kv: moody });
    const app = await site.add();
    await site.start(app.id);
    const run = await site.gates.next();
    isAway = true;
    const metrics = await scrape(site);
    assert.equal(metrics.get("callboard_tasks_accepted_total origin=api"), 1);
    assert.equal(metrics.has("callboard_queue_due_tasks"), false);
    assert.equal(site.errors.length, 1);
    isAway = false;
    run.done();
  }
  close();
});

import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { ApiClient } from "../helpers/api_client.ts";
import { BareReader } from "../helpers/bare_reader.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { eventsUrlOf } from "../helpers/live_page.ts";
import { Gate, startModelServer, words } from "../helpers/model_server.ts";
import { parsePrometheus } from "../helpers/prometheus.ts";
import { seededTest } from "../helpers/seed.ts";

/** Those who follow a task in which nothing happens, and the history. */
const IDLE = { task: 400, history: 100 };
/** Those who follow a task that writes, and read nothing of it. */
const STALLED = 20;
const ROUNDS = 2;
/** Those who come and go meanwhile, so many at once. */
const VISITS = { groups: 20, atOnce: 40 };
/** A page shows the last 64 Ki characters, of six bytes each, so that a message has 390 KB. */
const WORDS = Array.from({ length: 25 }, () => '"'.repeat(20_000));
const MB = 1024 * 1024;
/** Far above what is measured; what was let go is not all given back to the system. */
const MAX_GROWTH_MB = 400;
const MAX_LEFT_MB = 100;
/** A process that never lets go of them is not waited for for ever. */
const MAX_SCRAPES = 20_000;

seededTest(
  "five hundred idle readers, twenty that stop reading, and visitors: all are let go, and no other route is harmed",
  async ({ random, report }) => {
    await using crowd = await startCrowd();
    const start = await crowd.scrape();
    const fulls: number[] = [];
    const rests: Scrape[] = [];
    let answers = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { idle, stalled, readers } = await crowd.gather();
      const gathered = await crowd.scrape();
      assert.equal(gathered.task, IDLE.task + STALLED + readers.length);
      assert.equal(gathered.history, IDLE.history);
      const [answered] = await Promise.all([
        crowd.useOtherRoutes(),
        crowd.receiveVisits(random),
        crowd.write(readers),
      ]);
      answers += answered;
      fulls.push((await crowd.scrape()).rssMb);
      for (const reader of [...idle, ...stalled, ...readers]) reader.close();
      rests.push(await crowd.untilEmpty());
    }
    const [first, last] = [rests[0]!, rests.at(-1)!];
    assert.ok(last.rssMb - start.rssMb < MAX_GROWTH_MB, `${start.rssMb} MB, then ${last.rssMb} MB`);
    assert.ok(last.rssMb - first.rssMb < MAX_LEFT_MB, `${first.rssMb} MB, then ${last.rssMb} MB`);
    report(
      `fault 18: ${ROUNDS} x ${IDLE.task + IDLE.history} idle readers, ${STALLED} stalled, ` +
        `${VISITS.groups * VISITS.atOnce} visits, then 0 readers; ${answers} other answers; ` +
        `${start.rssMb} MB before, ${fulls.join(" and ")} MB with them, ${
          rests.map(({ rssMb }) => rssMb).join(" and ")
        } MB after ` +
        `(heap ${start.heapMb}, ${rests.map(({ heapMb }) => heapMb).join(" and ")} MB)`,
    );
  },
);

interface Scrape {
  readonly task: number;
  readonly history: number;
  readonly rssMb: number;
  readonly heapMb: number;
}

/** A Callboard in a process of its own with two tasks, one idle, one that writes when it is told. */
async function startCrowd() {
  const gate = new Gate();
  const model = startModelServer(words(WORDS, { gate }));
  const callboard = startCallboard({
    KV_PATH: ":memory:",
    MODEL_BASE_URL: model.baseUrl,
    MODEL: "small",
  });
  const origin = await callboard.origin;
  const api = new ApiClient(origin);
  const counting = await api.appId("Slow count");
  const asking = await api.appId("Ask a model");
  const idleTask = await api.start(counting, { seconds: 3_600 });

  /** Where the page at this path follows its changes: whoever comes from it is told nothing yet. */
  async function streamOf(path: string): Promise<string> {
    const html = await (await fetch(origin + path)).text();
    return eventsUrlOf(html) ?? assert.fail(`"${path}" follows no stream`);
  }

  async function open(count: number, path: string): Promise<BareReader[]> {
    const readers: BareReader[] = [];
    for (let i = 0; i < count; i++) readers.push(await BareReader.open(origin, path));
    return readers;
  }

  async function scrape(): Promise<Scrape> {
    const samples = parsePrometheus(await (await fetch(origin + paths.metrics())).text());
    const valueOf = (name: string, stream?: string) =>
      samples.find((each) => each.name === name && each.labels.stream === stream)?.value ?? NaN;
    return {
      task: valueOf("callboard_readers", "task"),
      history: valueOf("callboard_readers", "history"),
      rssMb: Math.round(valueOf("process_resident_memory_bytes") / MB),
      heapMb: Math.round(valueOf("callboard_heap_used_bytes") / MB),
    };
  }

  return {
    scrape,

    async gather() {
      const busyTask = await api.start(asking, { question: "Why?" });
      await model.nextRequest();
      const busy = await streamOf(paths.task(busyTask));
      const idle = [
        ...await open(IDLE.task, await streamOf(paths.task(idleTask))),
        ...await open(IDLE.history, await streamOf(paths.tasks())),
      ];
      return { idle, stalled: await open(STALLED, busy), readers: await open(2, busy) };
    },

    /** Writes as fast as these read, until its task has ended. */
    async write(readers: readonly BareReader[]): Promise<void> {
      for (const _ of WORDS) {
        gate.open();
        await Promise.all(readers.map((reader) => reader.until("\n\n")));
      }
      gate.open();
      for (const reader of readers) {
        assert.ok(await reader.until("event: done"), "it is told of the end");
      }
    },

    /** Everything else a Callboard does; how many answers were right. */
    async useOtherRoutes(): Promise<number> {
      let answers = 0;
      for (let i = 0; i < 10; i++) {
        for (const path of [paths.playground(), paths.tasks(), paths.studio(), paths.health()]) {
          const response = await fetch(origin + path);
          await response.body?.cancel();
          assert.equal(response.status, 200, path);
          answers++;
        }
        const task = await api.ended(await api.start(counting, { seconds: 0 }));
        assert.equal(task.status, "completed");
        answers++;
      }
      return answers;
    },

    /** Readers who come and go, some before they have read a word. */
    async receiveVisits(random: () => number): Promise<void> {
      const streams = [
        paths.taskEvents(idleTask),
        paths.taskListEvents(),
        await streamOf(paths.task(idleTask)),
      ];
      for (let group = 0; group < VISITS.groups; group++) {
        await Promise.all(Array.from({ length: VISITS.atOnce }, async () => {
          const path = streams[Math.floor(random() * streams.length)] ?? "";
          const visitor = await BareReader.ask(origin, path);
          if (random() < 0.7) assert.equal(await visitor.status(), 200);
          visitor.close();
        }));
      }
    },

    /** How things stand when nobody reads any more. */
    async untilEmpty(): Promise<Scrape> {
      for (let scrapes = 0; scrapes < MAX_SCRAPES; scrapes++) {
        const now = await scrape();
        if (now.task + now.history === 0) return now;
      }
      assert.fail(`readers are left: ${JSON.stringify(await scrape())}`);
    },

    async [Symbol.asyncDispose]() {
      await callboard[Symbol.asyncDispose]();
      await model.close();
    },
  };
}

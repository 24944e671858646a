import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { ApiClient } from "./api_client.ts";
import type { BareReader } from "./bare_reader.ts";
import { startCallboard } from "./callboard_process.ts";
import { CROWD, type CrowdedServer } from "./crowd.ts";
import { eventsUrlOf } from "./live_page.ts";
import { MemoryGauge } from "./memory_gauge.ts";
import { Gate, startModelServer, words } from "./model_server.ts";
import { parsePrometheus } from "./prometheus.ts";

/** A page shows the last 64 Ki characters, of six bytes each, so that a message has 390 KB. */
const WORDS = Array.from({ length: 25 }, () => '"'.repeat(20_000));
/** What a bare server has to send to send as much. */
export const MESSAGES = { count: WORDS.length, bytes: 390_000 };
/** Of five who wait, four wait for a task and one for the history. */
const WAITING = { task: CROWD.idle * 4 / 5, history: CROWD.idle / 5 };

/** A Callboard that a crowd comes to while it does everything else it does. */
export interface CrowdedCallboard extends CrowdedServer {
  /** Right answers of other routes so far. */
  readonly answers: number;
  /** Open streams, as it counts them itself. */
  readers(): Promise<{ readonly task: number; readonly history: number }>;
}

/** It has two tasks, one idle, one that writes when it is told. */
export async function startCrowdedCallboard(): Promise<CrowdedCallboard> {
  const folder = await Deno.makeTempDir();
  const gate = new Gate();
  const model = startModelServer(words(WORDS, { gate }));
  const gauge = new MemoryGauge();
  const callboard = startCallboard({
    KV_PATH: `${folder}/kv.db`,
    MODEL_BASE_URL: model.baseUrl,
    MODEL: "small",
    ...gauge.settings("main.ts"),
  }, MemoryGauge.entry);
  const origin = await callboard.origin;
  const api = new ApiClient(origin);
  const counting = await api.appId("Slow count");
  const asking = await api.appId("Ask a model");
  const idleTask = await api.start(counting, { seconds: 3_600 });
  const share = await api.share(idleTask);
  let answers = 0;

  /** Where the page at this path follows its changes: whoever comes from it is told nothing yet. */
  async function streamOf(path: string): Promise<string> {
    const html = await (await fetch(origin + path)).text();
    return eventsUrlOf(html) ?? assert.fail(`"${path}" follows no stream`);
  }

  async function readers() {
    const samples = parsePrometheus(await (await fetch(origin + paths.metrics())).text());
    const countOf = (stream: string) =>
      samples.find(({ name, labels }) => name === "callboard_readers" && labels.stream === stream)
        ?.value ?? NaN;
    return { task: countOf("task"), history: countOf("history") };
  }

  async function write(reading: readonly BareReader[]): Promise<void> {
    for (const _ of WORDS) {
      gate.open();
      await Promise.all(reading.map((reader) => reader.until("\n\n")));
    }
    gate.open();
    for (const reader of reading) {
      assert.ok(await reader.until("event: done"), "it is told of the end");
    }
  }

  async function useOtherRoutes(): Promise<void> {
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
  }

  return {
    origin,
    readers,
    get answers() {
      return answers;
    },
    memory: (order) => gauge.measure(order),

    async prepare() {
      const busyTask = await api.start(asking, { question: "Why?" });
      await model.nextRequest();
      const busy = await streamOf(paths.task(busyTask));
      const task = await streamOf(paths.task(idleTask));
      const history = await streamOf(paths.tasks());
      return {
        busy,
        idle: [task, task, task, task, history],
        visited: [
          task,
          paths.taskEvents(idleTask),
          paths.taskListEvents(),
          paths.api.taskEvents(idleTask),
          paths.sharedEvents(share),
          paths.embed.taskEvents(share),
        ],
        async onGathered() {
          const { task, history } = await readers();
          assert.equal(task, WAITING.task + CROWD.stalled + CROWD.reading);
          assert.equal(history, WAITING.history);
        },
        async write(reading) {
          await Promise.all([useOtherRoutes(), write(reading)]);
        },
      };
    },

    async [Symbol.asyncDispose]() {
      gauge[Symbol.dispose]();
      await callboard[Symbol.asyncDispose]();
      await model.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { assertSound } from "../helpers/database_check.ts";
import { JSON_ONLY, startTestSite, type TestSite } from "../helpers/http.ts";
import { turn } from "../helpers/kv_probe.ts";
import { Gate, type ModelServer, startModelServer, words } from "../helpers/model_server.ts";
import { seededTest } from "../helpers/seed.ts";

const ROUNDS = 40;
/** Shorter than a heartbeat, so that one timer is enough. */
const TIMEOUT_SECONDS = 2;
const MAX_TURNS = 12;

/** Whose time it takes that runs out: the step's, or the whole task's. */
const LIMITS = ["step", "task"] as const;

seededTest(
  "cancel, clicked twice, against the end and the time-out: one winner, its request closed, the same answers twice",
  async ({ random, report }) => {
    const ends = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const status = await race(LIMITS[round % LIMITS.length] ?? "step", random);
      ends.set(status, (ends.get(status) ?? 0) + 1);
    }
    const told = [...ends].map(([status, count]) => `${count} ${status}`).toSorted().join(", ");
    report(
      `fault 14: ${ROUNDS} races of two clicks, the end and the time-out: ${told}; ` +
        `${ROUNDS} requests closed, 0 asked twice, ${2 * ROUNDS} pairs of equal answers`,
    );
  },
);

/** One race; how its task ended. */
async function race(limit: typeof LIMITS[number], random: () => number): Promise<string> {
  const gate = new Gate();
  const server = startModelServer(words(["Once ", "upon"], { gate }));
  try {
    const model = { baseUrl: server.baseUrl, model: "small", apiKey: null };
    await using site = await startTestSite({ model });
    const step = {
      id: "ask",
      kind: "generate",
      config: { prompt: "Tell me" },
      retry: { attempts: 1, backoff: 1 },
      ...(limit === "step" && { timeout: TIMEOUT_SECONDS }),
    };
    const app = await site.add({
      steps: [step],
      ...(limit === "task" && { timeout: TIMEOUT_SECONDS }),
    });
    const taskId = await site.start(app.id);
    const request = await server.nextRequest();
    await site.kv.idle();

    const clicks: Promise<Response>[] = [];
    const click = () => void clicks.push(site.postForm(paths.taskCancellation(taskId)));
    const timeOut = () => site.clock.advance(TIMEOUT_SECONDS * 1_000);
    const end = () => gate.open(Infinity);
    const isSlow = random() < 0.5;
    for (const [i, act] of shuffled([click, click, timeOut, end], random).entries()) {
      // A slow service has not come to its end by the time its request is closed.
      if (act === end && isSlow && i > 0) assert.equal(await request.closed, "left");
      act();
      for (let turns = Math.floor(random() * MAX_TURNS); turns > 0; turns--) await turn();
    }
    const [first, second] = await Promise.all(clicks);
    const { status } = await site.ended(taskId);
    // What was cancelled before its end may have been read to its end all the same.
    const closed = await request.closed;
    if (status === "completed") assert.equal(closed, "sent");
    await assertAnswers(site, taskId, [first, second]);
    await assertOver(site, server);
    return status;
  } finally {
    await server.close();
  }
}

async function assertAnswers(
  site: TestSite,
  taskId: string,
  clicks: readonly (Response | undefined)[],
): Promise<void> {
  const { status } = await site.read(taskId);
  const expected = status === "cancelled" ? 303 : 409;
  assert.deepEqual(clicks.map((answer) => answer?.status), [expected, expected], status);
  const [one, two] = await Promise.all(clicks.map((answer) => answer?.text()));
  assert.equal(one, two);
  if (status === "cancelled") {
    await site.closed(taskId);
    for (const answer of clicks) assert.equal(answer?.headers.get("Location"), paths.task(taskId));
  }
  const again = await Promise.all([0, 1].map(() => asJson(site, taskId)));
  assert.equal(again[0]?.status, status === "cancelled" ? 200 : 409);
  assert.deepEqual(again[0], again[1]);
}

async function asJson(site: TestSite, taskId: string) {
  const answer = await site.postForm(paths.taskCancellation(taskId), {}, JSON_ONLY);
  return { status: answer.status, body: await answer.text() };
}

async function assertOver(site: TestSite, server: ModelServer): Promise<void> {
  await site.kv.idle();
  site.clock.advance(60_000);
  await site.kv.idle();
  assert.equal(server.requests.length, 1, "nothing more was spent");
  await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items.map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

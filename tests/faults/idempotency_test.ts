import assert from "node:assert/strict";
import { Task } from "../../routes/api/schemas/answers.ts";
import { paths } from "../../routes/paths.ts";
import { answerOf, problemOf } from "../helpers/api_answers.ts";
import { TEXT_INPUT } from "../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../helpers/http.ts";
import { seededTest } from "../helpers/seed.ts";

const ROUNDS = 20;
const SENDERS = 20;
const TEXTS = ["one", "another"] as const;

seededTest(
  "one Idempotency-Key sent 20 times at once to two processes: one task, and 409 with another body",
  async ({ random, report }) => {
    using kv = await Deno.openKv(":memory:");
    await using site = await startTestSite({ kv, concurrency: 0 });
    await using other = await startTestSite({ kv, clock: site.clock, concurrency: 0 });
    const app = await site.add({ inputs: [TEXT_INPUT] });
    const counted = { replayed: 0, refused: 0 };
    const ids: string[] = [];
    const others: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // In the first all want the same.
      const requests = Array.from({ length: SENDERS }, () => ({
        site: random() < 0.5 ? site : other,
        text: TEXTS[round > 0 && random() < 0.3 ? 1 : 0],
      }));
      const path = round % 2 === 0 ? paths.api.appTasks(app.id) : paths.appTasks(app.id);
      const sent = await together(
        [site, other],
        app.id,
        () => requests.map((request) => send(path, round, request)),
      );
      const answers = await Promise.all(sent.answers);
      others.push(...await Promise.all(sent.others));
      const made = answers.filter(({ status }) => status === 201);
      const tasks = await Promise.all(made.map((answer) => answerOf(answer, 201, Task)));
      const [task] = tasks;
      assert.ok(task !== undefined);
      assert.deepEqual(new Set(tasks.map(({ id }) => id)), new Set([task.id]));
      const { text: wanted } = (await site.read(task.id)).inputs;
      assert.deepEqual(
        answers.map(({ status }) => status),
        requests.map(({ text }) => text === wanted ? 201 : 409),
      );
      const refused = answers.filter(({ status }) => status === 409);
      for (const answer of refused) await problemOf(answer, 409);
      const replayed = made.filter(({ headers }) => headers.get("Idempotent-Replayed") === "true");
      assert.equal(replayed.length, made.length - 1);
      counted.replayed += replayed.length;
      counted.refused += refused.length;
      ids.push(task.id);
    }
    const { rows } = await site.executor.tasks.list({ limit: 100 });
    assert.deepEqual(rows.map(({ id }) => id).toSorted(), [...ids, ...others].toSorted());
    report(
      `fault 15: ${ROUNDS} keys sent ${SENDERS} times at once, ${ids.length} tasks, ` +
        `${counted.replayed} answers again, ${counted.refused} times 409`,
    );
  },
);

interface Sender {
  readonly site: TestSite;
  readonly text: string;
}

/** While another start is being written, all that wait behind it come together for one commit. */
async function together(
  sites: readonly TestSite[],
  appId: string,
  sendAll: () => Promise<Response>[],
) {
  const written = Promise.withResolvers<void>();
  for (const { kv } of sites) {
    kv.hooks = {
      async onCommit(_seen, commit) {
        await kv.held(written.promise);
        return await commit();
      },
    };
  }
  const others = sites.map((site) => site.start(appId));
  for (const { kv } of sites) await kv.idle();
  const answers = sendAll();
  for (const { kv } of sites) await kv.idle();
  written.resolve();
  return { others, answers };
}

function send(path: string, round: number, { site, text }: Sender): Promise<Response> {
  return site.postJson(path, { inputs: { text } }, { "Idempotency-Key": `key-${round}` });
}

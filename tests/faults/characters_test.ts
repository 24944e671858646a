import assert from "node:assert/strict";
import { PermanentError, RetryableError } from "../../executor/steps/step_kind.ts";
import { paths } from "../../routes/paths.ts";
import { assertSound } from "../helpers/database_check.ts";
import { outputOf, TEXT_INPUT } from "../helpers/definitions.ts";
import { startTestSite, type TestSite } from "../helpers/http.ts";
import { seededTest } from "../helpers/seed.ts";
import { assertShows, frame, Tab } from "../helpers/tab.ts";

const RUNS = 60;
/** Halves of characters in every order, what ends lines and texts elsewhere, what is no character. */
const PIECES = [
  "\ud83c",
  "\udf88",
  "🎈",
  "\udf88\ud83c",
  "\0",
  "\uFEFF",
  "\uFFFF",
  "\u{10FFFF}",
  "\u2028",
  "\r",
  "\r\n",
  "\x1b[2J",
  "\x7f",
  "\u202e",
  "plain",
  " ",
  "x".repeat(997),
];

type Random = () => number;

function hostile(random: Random, pieces = 6): string {
  const count = 1 + Math.floor(random() * pieces);
  return Array.from({ length: count }, () => PIECES[Math.floor(random() * PIECES.length)]).join("");
}

/** Every answer that shows a task is whole UTF-8, and JSON holds no half of a character. */
async function assertReadable(site: TestSite, taskId: string): Promise<void> {
  const path = paths.task(taskId);
  for (const form of ["", ".json", ".md", ".txt", "/events", "/outputs/of_a"]) {
    const response = await site.get(path + form);
    const bytes = await response.arrayBuffer();
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    assert.ok(response.status === 200 || form.startsWith("/outputs"), `${form} ${response.status}`);
  }
}

seededTest(
  "halves of characters, NUL and their like, in inputs, texts, results, errors and outputs: shown as a fresh page shows them",
  async ({ random, report }) => {
    await using site = await startTestSite();
    const app = await site.add({
      inputs: [TEXT_INPUT],
      steps: [
        { id: "a", config: { text: "{{ inputs.text }}" }, retry: { attempts: 2, backoff: 0 } },
        { id: "b", config: { text: "{{ steps.a.output }}" }, onError: "continue" },
        { id: "c", config: { text: "{{ steps.b.error }}" }, needs: ["b"] },
      ],
      outputs: [outputOf("a"), outputOf("b", "json"), outputOf("c", "markdown")],
    });
    let texts = 0;
    for (let i = 0; i < RUNS; i++) {
      const path = paths.appTasks(app.id);
      const input = hostile(random);
      const started = random() < 0.5
        ? await site.postJson(path, { inputs: { text: input } })
        : await site.postForm(path, { text: input });
      const taskId = /tsk_\w+/.exec(started.headers.get("Location") ?? "")?.[0] ?? "";
      const tab = await (await new Tab(site, paths.task(taskId)).open()).connect();
      const frames = async () => {
        for (let count = 0; count < 3; count++) await frame(site);
        if (tab.isConnected) assertShows(tab.article, await tab.freshArticle(), `run ${i}`);
      };
      await frames();
      const a = await site.gates.next("a");
      for (let writes = 0; writes < 3; writes++) {
        a.write(hostile(random, 2));
        await frames();
      }
      a.fail(new RetryableError(`It said ${hostile(random)}`));
      await frames();
      site.clock.advance(1_000);
      const [key, value] = [hostile(random), hostile(random)];
      (await site.gates.next("a")).done(random() < 0.5 ? value : { [key]: [value] });
      await frames();
      const b = await site.gates.next("b");
      if (random() < 0.5) b.fail(new PermanentError(`It said ${hostile(random)}`));
      else b.done({ [key]: value });
      await frames();
      (await site.gates.next("c")).done(hostile(random));
      const task = await site.ended(taskId);
      await frames();
      assert.equal(task.status, "completed", task.error?.message);
      assert.ok(tab.isDone);
      const told = [
        task.inputs.text,
        ...task.steps.flatMap(({ error, failures = [] }) => [
          error,
          ...failures.map((failure) => failure.error),
        ]),
      ].filter((text) => text !== undefined);
      for (const text of told) {
        assert.ok(String(text).isWellFormed(), JSON.stringify(text).slice(-80));
        assert.ok(String(text).length <= 7_000);
      }
      assert.ok(!String(task.inputs.text).includes("\0"));
      await assertReadable(site, taskId);
      texts += 10;
    }
    await site.kv.idle();
    assert.deepEqual([...site.unexpected, ...site.errors], []);
    await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
    report(`fault 13: ${RUNS} tasks with ${texts} hostile texts, 0 halves of a character told`);
  },
);

seededTest(
  "names that hold NUL, half a character or too much are refused in words, wherever they stand",
  async ({ report }) => {
    await using site = await startTestSite();
    const app = await site.add();
    const definition = (name: string) => ({
      steps: [{ id: "a", name, kind: "gate", config: {} }],
      inputs: [{ name: "text", label: name, type: "text" }],
      outputs: [{ name: "out", label: name, type: "text", template: "x" }],
    });
    const bad = ["a\0", "\ud83c", "\udf88b", "\udf88\ud83c", "€".repeat(81), "", "  "];
    let refused = 0;
    for (const text of bad) {
      const fine = definition("Fine");
      const drafts = [
        { name: "Fine", definition: JSON.stringify({ ...fine, steps: definition(text).steps }) },
        { name: "Fine", definition: JSON.stringify({ ...fine, inputs: definition(text).inputs }) },
        {
          name: "Fine",
          definition: JSON.stringify({ ...fine, outputs: definition(text).outputs }),
        },
      ];
      for (const draft of drafts) {
        const fields = { version: String(app.version), description: "", ...draft };
        const response = await site.postForm(paths.studioApp(app.id), fields);
        assert.equal(response.status, 422, `${JSON.stringify(text)} in ${draft.definition}`);
        refused++;
      }
      // An app's own name comes in a form, which makes halves visible characters by itself.
      if (text.isWellFormed()) {
        const fields = {
          version: String(app.version),
          description: "",
          name: text,
          definition: JSON.stringify(fine),
        };
        const response = await site.postForm(paths.studioApp(app.id), fields);
        assert.equal(response.status, 422, JSON.stringify(text));
        refused++;
      }
    }
    const longest = {
      name: "€".repeat(80),
      definition: JSON.stringify(definition("🎈".repeat(40))),
    };
    const saved = await site.postForm(paths.studioApp(app.id), {
      version: String(app.version),
      description: "",
      ...longest,
    });
    assert.equal(saved.status, 303);
    const taskId = await site.start(app.id);
    (await site.gates.next()).done();
    await site.ended(taskId);
    await assertReadable(site, taskId);
    for (const path of [paths.tasks(), paths.studio(), paths.playground()]) {
      assert.match(await (await site.get(path)).text(), /€{80}/);
    }
    await site.kv.idle();
    await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
    report(`fault 13: ${refused} names refused, the longest kept and shown`);
  },
);

seededTest(
  "ids, names and cursors longer than a key may be, in any path, are answered in short",
  async ({ report }) => {
    await using site = await startTestSite();
    const long = "a".repeat(5_000);
    const odd = [long, `tsk_${long}`, `app_${long}`, "%00", "%ED%A0%BC", "%F0%9F"];
    let asked = 0;
    for (const id of odd) {
      const reads = [
        `/tasks/${id}`,
        `/tasks/${id}.json`,
        `/tasks/${id}/events`,
        `/tasks/${id}/outputs/${id}`,
        `/tasks?before=${id}`,
        `/tasks?app=${id}`,
        `/tasks/events?since=${id}`,
        `/studio/${id}`,
        `/playground?app=${id}`,
      ];
      const writes = [
        `/apps/${id}/tasks`,
        `/tasks/${id}/cancellation`,
        `/tasks/${id}/forks`,
        `/tasks/${id}/deletion`,
        `/studio/${id}`,
      ];
      const answers = [
        ...await Promise.all(reads.map(async (path) => [path, await site.get(path)] as const)),
        ...await Promise.all(
          writes.map(async (path) => [path, await site.postForm(path)] as const),
        ),
      ];
      for (const [path, response] of answers) {
        asked++;
        const text = await response.text();
        // What a page only filters by, or fills in, is nothing that has to be there.
        const statuses = path.includes("?app=") ? [200, 400, 404] : [400, 404];
        assert.ok(statuses.includes(response.status), `${path.slice(0, 40)} ${response.status}`);
        assert.ok(text.length < 40_000, `${path.slice(0, 40)} has ${text.length} characters`);
      }
    }
    assert.deepEqual([...site.unexpected, ...site.errors], []);
    report(`fault 13: ${asked} requests with ids that no key can hold, 0 errors nobody expected`);
  },
);

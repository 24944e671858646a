import assert from "node:assert/strict";
import { RetryableError } from "../../executor/steps/step_kind.ts";
import { paths } from "../../routes/paths.ts";
import { assertSound } from "../helpers/database_check.ts";
import { outputOf, TEXT_INPUT } from "../helpers/definitions.ts";
import { JSON_ONLY, startTestSite, type TestSite } from "../helpers/http.ts";
import { startModelServer, words } from "../helpers/model_server.ts";
import { seededTest } from "../helpers/seed.ts";
import { KV_LIMITS, largestWrites } from "../helpers/stored_sizes.ts";
import { assertShows, frame, Tab } from "../helpers/tab.ts";

const MAX_INPUT_BYTES = 1_000_000;
const MAX_CHARACTERS = 8_000_000;
/** A task's page, whatever it shows, and a page of the history. */
const MAX_PAGE_CHARACTERS = 600_000;
const MAX_HISTORY_CHARACTERS = 100_000;

/** Of one to four bytes in UTF-8; two of them take two bytes each where V8 stores a text. */
const CHARACTERS = ["x", "é", "€", "🎈"];
/** Where something is kept in another way: inline, in a part more, in a commit more. */
const EDGES = [16_000, 60_000, 65_536, 600_000, 800 * 1024];

/** The pages that show a task, and how long they are. */
async function assertSmallPages(site: TestSite, taskId: string, form = 0): Promise<number> {
  const page = await (await site.get(paths.task(taskId))).text();
  const history = await (await site.get(paths.tasks())).text();
  assert.ok(page.length < MAX_PAGE_CHARACTERS + form, `its page has ${page.length} characters`);
  assert.ok(history.length < MAX_HISTORY_CHARACTERS, `${history.length} characters of history`);
  return page.length;
}

async function rawOutput(site: TestSite, taskId: string): Promise<string> {
  return await (await site.get(`${paths.task(taskId)}/outputs/of_only`)).text();
}

/** Everything that was written fits Deno KV; says by how much. */
function assertFits(site: TestSite): string {
  const largest = largestWrites(site.kv.commits);
  assert.ok(largest.valueBytes <= KV_LIMITS.valueBytes, `a value of ${largest.valueBytes} bytes`);
  assert.ok(largest.commitBytes <= KV_LIMITS.commitBytes, `${largest.commitBytes} in a commit`);
  assert.ok(largest.keyBytes <= KV_LIMITS.keyBytes, `a key of ${largest.keyBytes} bytes`);
  assert.deepEqual(site.unexpected, []);
  return `largest value ${largest.valueBytes}, largest commit ${largest.commitBytes} bytes`;
}

seededTest(
  "results and outputs at every limit of the database are kept whole, and their pages stay small",
  async ({ random, report }) => {
    await using site = await startTestSite();
    const app = await site.add({
      steps: [{ id: "a" }, { id: "b", config: { text: "{{ steps.a.output }}" } }],
      outputs: [outputOf("a"), outputOf("b", "json")],
    });
    let texts = 0;
    let longest = 0;
    for (const edge of EDGES) {
      for (const character of CHARACTERS) {
        const size = new TextEncoder().encode(character).length;
        for (const bytes of [edge - 1, edge, edge + 1]) {
          const count = Math.floor(bytes / size);
          const at = Math.floor(random() * count);
          const rest = "y".repeat(bytes - count * size);
          const text = character.repeat(at) + rest + character.repeat(count - at);
          const taskId = await site.start(app.id);
          (await site.gates.next("a")).done(text);
          (await site.gates.next("b")).done({ text });
          const { status, steps, outputs } = await site.ended(taskId);
          assert.equal(status, "completed");
          assert.ok(steps[0]?.output === text, `${bytes} bytes of "${character}" come back`);
          assert.deepEqual(outputs.map(({ value }) => value), [text, { text }]);
          longest = Math.max(longest, await assertSmallPages(site, taskId));
          texts++;
        }
      }
    }
    await site.kv.idle();
    await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
    report(
      `fault 13: ${texts} texts around ${EDGES.length} limits, 0 harmed; ${assertFits(site)}; ` +
        `longest page ${longest} characters`,
    );
  },
);

seededTest(
  "a result, a text and an output of eight million characters are kept, one more fails and names the limit",
  async ({ report }) => {
    await using site = await startTestSite();
    const app = await site.add({ outputs: [outputOf("only")] });
    const bare = await site.add();
    const doubled = await site.add({
      outputs: [{
        ...outputOf("only"),
        template: "{{ steps.only.output }}{{ steps.only.output }}",
      }],
    });
    const list = (length: number) => [["x".repeat(length - 6)]]; // its JSON has so many characters
    const cases = [
      { appId: app.id, result: "x".repeat(MAX_CHARACTERS), error: null },
      { appId: app.id, result: "x".repeat(MAX_CHARACTERS + 1), error: /it has 8000001 characters/ },
      { appId: bare.id, result: list(MAX_CHARACTERS), error: null },
      { appId: bare.id, result: list(MAX_CHARACTERS + 1), error: /it has 8000001 characters/ },
      { appId: doubled.id, result: "x".repeat(MAX_CHARACTERS / 2), error: null },
      { appId: doubled.id, result: "x".repeat(MAX_CHARACTERS / 2 + 1), error: /8,?000,?000/ },
    ];
    for (const { appId, result, error } of cases) {
      const taskId = await site.start(appId);
      (await site.gates.next()).done(result);
      const task = await site.ended(taskId);
      assert.equal(task.status, error === null ? "completed" : "failed", task.error?.message);
      if (error !== null) assert.match(task.error?.message ?? "", error);
      else {
        if (appId === bare.id) assert.deepEqual(task.steps[0]?.output, result);
        else assert.equal((await rawOutput(site, taskId)).length, MAX_CHARACTERS);
      }
      await assertSmallPages(site, taskId);
      await site.executor.tasks.delete(taskId);
    }
    await site.kv.idle();
    const { tasks } = await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
    assert.equal(tasks, 0);
    report(`fault 13: ${cases.length} results at 8,000,000 characters, 3 kept, 3 refused in words`);
  },
);

seededTest(
  "inputs of a megabyte are kept, one byte more is 413, in any character, by form and by JSON",
  async ({ report }) => {
    await using site = await startTestSite();
    const app = await site.add({
      inputs: [TEXT_INPUT],
      steps: [{ id: "a", config: { text: "{{ inputs.text }}" } }],
    });
    let requests = 0;
    for (const character of CHARACTERS) {
      const size = new TextEncoder().encode(character).length;
      const count = Math.floor(MAX_INPUT_BYTES / size);
      const most = character.repeat(count) + "y".repeat(MAX_INPUT_BYTES - count * size);
      for (const text of [most, `${most}z`]) {
        const path = paths.appTasks(app.id);
        const answers = [
          await site.postJson(path, { inputs: { text } }, JSON_ONLY),
          await site.postForm(path, { text }),
        ];
        for (const response of answers) {
          requests++;
          if (text !== most) {
            assert.equal(response.status, 413);
            assert.match(await response.text(), /1\.00 MB/, "the limit is named");
            continue;
          }
          const taskId = /tsk_\w+/.exec(response.headers.get("Location") ?? "")?.[0] ?? "";
          const run = await site.gates.next();
          assert.deepEqual(run.config, { text });
          await assertSmallPages(site, taskId);
          run.done();
          assert.ok((await site.ended(taskId)).inputs.text === text);
          // The form that runs it again holds its inputs whole.
          await assertSmallPages(site, taskId, text.length);
        }
      }
    }
    await site.kv.idle();
    const { tasks } = await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
    assert.equal(tasks, requests / 2);
    report(`fault 13: ${requests} requests at a megabyte, half of them 413; ${assertFits(site)}`);
  },
);

seededTest(
  "as much as one commit can be asked for, by one task and by many at once, is kept",
  async ({ report }) => {
    await using site = await startTestSite();
    const inline = "x".repeat(16_000);
    const retry = { attempts: 10, backoff: 0 };
    const ids = Array.from(
      { length: 20 },
      (_, i) => `${"s".repeat(38)}${String(i).padStart(2, "0")}`,
    );
    const whole = await site.add({
      steps: ids.map((id) => ({ id, retry })),
      outputs: ids.map((id) => outputOf(id)).map((output, i) => ({ ...output, name: `of_${i}` })),
    });
    const taskId = await site.start(whole.id);
    for (let attempt = 1; attempt < retry.attempts; attempt++) {
      for (const id of ids) (await site.gates.next(id)).fail(new RetryableError("€".repeat(5_000)));
      await site.kv.idle();
      site.clock.advance(1_000);
    }
    const runs = await Promise.all(ids.map((id) => site.gates.next(id)));
    for (const run of runs) run.done(inline);
    const task = await site.ended(taskId);
    assert.equal(task.status, "completed", task.error?.message);
    assert.equal(task.steps[19]?.failures?.length, 9);
    assert.ok(task.outputs.every(({ value }) => value === inline));

    const small = await site.add({ outputs: [outputOf("only")] });
    const others = await Promise.all(Array.from({ length: 60 }, () => site.start(small.id)));
    const started = await Promise.all(others.map(() => site.gates.next("only")));
    for (const run of started) run.done(inline);
    for (const id of others) assert.equal((await site.ended(id)).status, "completed");
    await site.kv.idle();
    await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
    const page = await (await site.get(paths.task(taskId))).text();
    report(
      `fault 13: ${ids.length} steps that end at once after 9 failures each, then ` +
        `${others.length} tasks; ${assertFits(site)}; longest page ${page.length} characters`,
    );
  },
);

seededTest(
  "an app as large as it may be is saved, one byte more is refused with the limit",
  async ({ report }) => {
    await using site = await startTestSite();
    const app = await site.add();
    const definition = (length: number) => {
      const step = { id: "a", name: "A", kind: "gate", config: { text: "" } };
      const empty = JSON.stringify({ steps: [step] }).length;
      return JSON.stringify({ steps: [{ ...step, config: { text: "x".repeat(length - empty) } }] });
    };
    let most = 0;
    let version = app.version;
    // What is filled in by itself counts too: the largest that fits is looked for.
    for (let [low, high] = [50_000, 61_000]; low < high;) {
      const length = Math.ceil((low + high) / 2);
      const name = "é".repeat(80);
      const fields = {
        version: String(version),
        description: "",
        name,
        definition: definition(length),
      };
      const response = await site.postForm(paths.studioApp(app.id), fields);
      const isSaved = response.status === 303;
      if (isSaved) [low, most, version] = [length, length, version + 1];
      else {
        assert.equal(response.status, 422);
        assert.match(await response.text(), /60,?000/, "the limit is named");
        high = length - 1;
      }
    }
    assert.ok(most > 59_000, `the largest had ${most} characters`);
    const taskId = await site.start(app.id);
    (await site.gates.next()).done();
    assert.equal((await site.ended(taskId)).status, "completed");
    await assertSmallPages(site, taskId);
    report(`fault 13: a definition of ${most} bytes as typed; ${assertFits(site)}`);
  },
);

seededTest(
  "an answer of five megabytes is streamed, kept and shown in small pieces",
  async ({ report }) => {
    const pieces = Array.from(
      { length: 80 },
      (_, i) => `${i}: ${"Ünicode text 🎈 ".repeat(3_500)}\n`,
    );
    const answer = pieces.join("");
    const model = startModelServer(words(pieces));
    {
      await using site = await startTestSite({
        model: { baseUrl: model.baseUrl, model: "small", apiKey: null },
      });
      const app = await site.add({
        steps: [{ id: "a", kind: "generate", config: { prompt: "Tell" } }],
        outputs: [outputOf("a", "markdown")],
      });
      const taskId = await site.start(app.id);
      const tab = await (await new Tab(site, paths.task(taskId)).open()).connect();
      const ended = site.ended(taskId);
      let isOver = false;
      ended.finally(() => isOver = true);
      let largest = 0;
      while (!isOver) {
        await frame(site);
        largest = Math.max(largest, tab.html.length);
      }
      const { status, error } = await ended;
      assert.equal(status, "completed", error?.message);
      const kept = await (await site.get(`${paths.task(taskId)}/outputs/of_a`)).text();
      assert.ok(kept === answer);
      for (let frames = 0; frames < 3; frames++) await frame(site);
      assertShows(tab.article, await tab.freshArticle(), "at the end");
      assert.ok(largest < MAX_PAGE_CHARACTERS, `a page of ${largest} characters`);
      await assertSmallPages(site, taskId);
      await site.kv.idle();
      await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
      const bytes = new TextEncoder().encode(answer).length;
      report(
        `fault 13: an answer of ${bytes} bytes in ${tab.messages} messages; ${assertFits(site)}; ` +
          `longest page ${largest} characters`,
      );
    }
    await model.close();
  },
);

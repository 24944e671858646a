import assert from "node:assert/strict";
import { PermanentError, RetryableError } from "../../executor/steps/step_kind.ts";
import { createLog } from "../../routes/telemetry/log.ts";
import { assertSound } from "../helpers/database_check.ts";
import type { GatedRun } from "../helpers/gates.ts";
import { startTestSite } from "../helpers/http.ts";
import { seededTest } from "../helpers/seed.ts";

const ATTEMPTS = 3;
const HUGE = 5_000_000;
/** What people are told of a failure fits on a screen. */
const MAX_MESSAGE = 1_000;
const MAX_PAGE = 100_000;
const MAX_LOG_LINE = 20_000;

/** What a step may throw, however odd. */
const THROWN: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  "a string": () => "no error at all",
  "a symbol": () => Symbol("x"),
  "a function": () => () => {},
  "a cyclic error": () => {
    const error = new Error("round and round");
    error.cause = error;
    return error;
  },
  "a cyclic object": () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    return value;
  },
  "an error of itself": () => {
    const errors: unknown[] = [];
    const error = new AggregateError(errors, "all of them");
    errors.push(error);
    return error;
  },
  "a chain of ten thousand causes": () => {
    let error = new Error("the first");
    for (let i = 0; i < 10_000; i++) error = new Error(`then ${i}`, { cause: error });
    return error;
  },
  "a huge error": () => new Error("x".repeat(HUGE)),
  "a huge sentence": () => new RetryableError("x".repeat(HUGE)),
  "half a character": () => new RetryableError("\ud800 and \0"),
  "an empty sentence": () => new RetryableError(""),
  "an error that cannot be read": () =>
    Object.defineProperty(new RetryableError("x"), "message", { get: unreadable }),
  "an error without its own parts": () => Object.setPrototypeOf({}, Error.prototype),
  "something that refuses everything": () =>
    new Proxy({}, { get: unreadable, has: unreadable, getPrototypeOf: unreadable }),
};

seededTest(
  "whatever a step throws: its attempts run out, and its task fails with a reason to read",
  async ({ report }) => {
    const lines: string[] = [];
    const log = createLog({
      format: "text",
      level: "debug",
      secrets: [],
      write: (text) => lines.push(...text.split("\n")),
    });
    await using site = await startTestSite({ onUnexpected: log.onUnexpected });
    const app = await site.add({
      steps: [{ id: "a", retry: { attempts: ATTEMPTS, backoff: 1 } }],
    });
    for (const [name, thrown] of Object.entries(THROWN)) {
      const taskId = await site.start(app.id);
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        (await site.gates.next("a")).fail(thrown());
        await site.when(
          taskId,
          ({ status, steps }) =>
            status === "failed" || (steps[0]?.failures?.length ?? 0) === attempt,
        );
        await site.kv.idle();
        site.clock.advance(60_000);
      }
      const { status, error, steps } = await site.ended(taskId);
      assert.equal(status, "failed", name);
      assert.match(error?.message ?? "", /^[^\ud800]+$/, name);
      assert.ok((error?.message ?? "").length <= MAX_MESSAGE, `${name}: it is told in short`);
      assert.equal(steps[0]?.attempt, ATTEMPTS, name);
      const page = await site.get(`/tasks/${taskId}`);
      assert.equal(page.status, 200, name);
      assert.ok((await page.text()).length < MAX_PAGE, `${name}: the page stays small`);
    }
    await log.flush();
    assert.ok(lines.length > 0);
    for (const line of lines) assert.ok(line.length < MAX_LOG_LINE, line.slice(0, 200));
    await site.kv.idle();
    await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
    const count = Object.keys(THROWN).length;
    report(
      `fault 12: ${count} things thrown, ${count * ATTEMPTS} attempts, ${count} tasks failed ` +
        `with a reason, longest line of the log ${Math.max(...lines.map(({ length }) => length))}`,
    );
  },
);

seededTest(
  "a step that goes on after its end, and rejects then: what it came to stays",
  async ({ report }) => {
    let hear = () => {};
    const onRejection = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      hear();
    };
    addEventListener("unhandledrejection", onRejection);
    try {
      await using site = await startTestSite();
      const app = await site.add({ steps: [{ id: "a" }, { id: "b", needs: ["a"] }] });
      const ends: readonly ((run: GatedRun) => void)[] = [
        (run) => run.done(),
        (run) => run.fail(new PermanentError("Cannot do it")),
      ];
      for (const end of ends) {
        const taskId = await site.start(app.id);
        const run = await site.gates.next("a");
        end(run);
        await site.when(taskId, ({ steps }) => steps[0]?.status !== "running");
        await site.kv.idle();
        const before = await site.read(taskId);
        const page = await site.executor.tasks.read(taskId);
        run.writeLate("More, long after its end. ".repeat(500));
        run.fail(new Error("too late"));
        run.done("too late");
        const heard = new Promise<void>((resolve) => hear = resolve);
        void Promise.reject(new Error("nobody heeds this"));
        await heard;
        await site.kv.idle();
        site.clock.advance(1_000);
        await site.kv.idle();
        assert.deepEqual(await site.read(taskId), before);
        assert.deepEqual(await site.executor.tasks.read(taskId), page);
        if (before.status === "running") (await site.gates.next("b")).done();
        await site.ended(taskId);
      }
      await site.kv.idle();
      await assertSound(site.kv, { now: site.clock.now(), isAtRest: true });
      report(`fault 12: ${ends.length} steps that went on after their end, 0 of it kept or shown`);
    } finally {
      removeEventListener("unhandledrejection", onRejection);
    }
  },
);

function unreadable(): never {
  throw new TypeError("Cannot read it");
}

import assert from "node:assert/strict";
import { Analysis } from "../../../executor/steps/analyze/analysis.ts";
import { createAnalyze } from "../../../executor/steps/analyze.ts";
import { Analyzer } from "../../../executor/steps/analyze/analyzer.ts";
import { ARTICLE } from "./article.ts";
import { stepRun } from "./step_run.ts";

const PATIENT = { idleMs: 600_000, limitMs: 600_000 };
const MEGABYTE = `${ARTICLE}\n`.repeat(Math.floor(1_000_000 / (ARTICLE.length + 1)));

function request(text: string) {
  return { text, sentences: 2, keywords: 5 };
}

async function withAnalyzer(options: typeof PATIENT, test: (analyzer: Analyzer) => Promise<void>) {
  const analyzer = new Analyzer(options);
  try {
    await test(analyzer);
  } finally {
    analyzer.close();
  }
}

Deno.test("analyze's output is an analysis of its text", async () => {
  const analyze = createAnalyze(PATIENT);
  const { run } = stepRun({ text: ARTICLE, sentences: " 2 ", keywords: 4 });
  const outcome = await analyze.run(run);
  analyze.close?.();
  assert.ok(outcome.type === "done");
  const { summary, keywords } = Analysis.strict().parse(outcome.output);
  assert.deepEqual([summary.length, keywords.length], [2, 4]);
});

Deno.test("analyze has 3 sentences and 10 keywords unless its config says otherwise", async () => {
  const analyze = createAnalyze(PATIENT);
  const outcome = await analyze.run(stepRun({ text: ARTICLE }).run);
  analyze.close?.();
  assert.ok(outcome.type === "done");
  const { summary, keywords } = Analysis.parse(outcome.output);
  assert.deepEqual([summary.length, keywords.length], [3, 10]);
});

Deno.test("analyze refuses numbers out of range, quoting them", async () => {
  const analyze = createAnalyze(PATIENT);
  for (const config of [{ sentences: "many" }, { sentences: 51 }, { keywords: -1 }]) {
    await assert.rejects(analyze.run(stepRun({ text: "a", ...config }).run), {
      name: "PermanentError",
      message:
        /^Cannot use (?:"many"|51|-1) as "(?:sentences|keywords)": it has to be a whole number/,
    });
  }
});

Deno.test("Analyzer leaves the event loop free while it reads 1 MB", async () => {
  await withAnalyzer(PATIENT, async (analyzer) => {
    await analyzer.analyze(request("Warm up."), new AbortController().signal);
    let beats = 0;
    const beat = setInterval(() => beats++, 1);
    await analyzer.analyze(request(MEGABYTE), new AbortController().signal).finally(() => {
      clearInterval(beat);
    });
    assert.ok(beats > 50, `the event loop turned ${beats} times`);
  });
});

Deno.test("Analyzer answers each of many texts at once with its own analysis", async () => {
  await withAnalyzer(PATIENT, async (analyzer) => {
    const texts = Array.from(
      { length: 12 },
      (_, index) => `Text number ${index}. `.repeat(index + 1),
    );
    const { signal } = new AbortController();
    const analyses = await Promise.all(
      texts.map((text) => analyzer.analyze(request(text), signal)),
    );
    assert.deepEqual(
      analyses.map(({ counts }) => counts.sentences),
      texts.map((_, index) => index + 1),
    );
  });
});

Deno.test("Analyzer: aborting the running and a waiting text leaves the others alone", async () => {
  await withAnalyzer(PATIENT, async (analyzer) => {
    const [first, second, third] = [0, 1, 2].map(() => new AbortController());
    assert.ok(first && second && third);
    const running = analyzer.analyze(request(MEGABYTE), first.signal);
    const waiting = analyzer.analyze(request("Never read."), second.signal);
    const last = analyzer.analyze(request("Read at last."), third.signal);
    const reason = new Error("Cancelled");
    second.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    first.abort(reason);
    await assert.rejects(running, (error) => error === reason);
    assert.deepEqual((await last).summary, ["Read at last."]);
    third.abort(reason);
  });
});

Deno.test("Analyzer gives up a text that takes longer than its limit, then reads the next", async () => {
  await withAnalyzer({ ...PATIENT, limitMs: 1 }, async (analyzer) => {
    const { signal } = new AbortController();
    await assert.rejects(analyzer.analyze(request(MEGABYTE), signal), {
      name: "PermanentError",
      message: `Cannot analyze a text of ${MEGABYTE.length} characters: it takes longer than ` +
        "0.001 seconds; give it a shorter text",
    });
    assert.equal(analyzer.isLoaded, false);
  });
});

Deno.test("Analyzer lets its worker go when idle, and makes it anew", async () => {
  await withAnalyzer({ ...PATIENT, idleMs: 0 }, async (analyzer) => {
    const { signal } = new AbortController();
    for (const _ of [1, 2]) {
      await analyzer.analyze(request("Once."), signal);
      assert.equal(analyzer.isLoaded, true);
      await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal(analyzer.isLoaded, false);
    }
  });
});

Deno.test("Analyzer replaces a worker that has read 1 MB", async () => {
  await withAnalyzer(PATIENT, async (analyzer) => {
    const { signal } = new AbortController();
    await analyzer.analyze(request("x".repeat(1_000_000)), signal);
    assert.equal(analyzer.isLoaded, false);
    assert.deepEqual((await analyzer.analyze(request("Again."), signal)).summary, ["Again."]);
  });
});

Deno.test("Analyzer closed in the middle rejects what it has", async () => {
  const analyzer = new Analyzer(PATIENT);
  const { signal } = new AbortController();
  const texts = [1, 2].map(() => analyzer.analyze(request(ARTICLE), signal));
  const settled = Promise.allSettled(texts);
  analyzer.close();
  assert.deepEqual((await settled).map(({ status }) => status), ["rejected", "rejected"]);
  assert.equal(analyzer.isLoaded, false);
});

Deno.test("Analyzer does not begin what is already aborted", () => {
  const analyzer = new Analyzer(PATIENT);
  assert.throws(() => analyzer.analyze(request("a"), AbortSignal.abort()), { name: "AbortError" });
  assert.equal(analyzer.isLoaded, false);
});

import assert from "node:assert/strict";
import { MAX_EVENT_BYTES } from "../../../../executor/steps/generate/event_limit.ts";
import { generate } from "../../../../executor/steps/generate.ts";
import { Gate, stream, wordEvent, words } from "../../../helpers/model_server.ts";
import { ask, failure, withServer } from "./asking.ts";

for (
  const [name, piece] of [
    ["a line", "x".repeat(65_536)],
    ["an event of many lines", "data: x\n".repeat(8_192)],
  ] as const
) {
  Deno.test(`generate stops ${name} that never ends, and fails for good`, async () => {
    async function* endless() {
      for (let sent = 0; sent <= MAX_EVENT_BYTES; sent += piece.length) yield piece;
      await new Gate().pass();
    }
    const error = await failure(stream({ parts: endless() }));
    assert.equal(error.name, "PermanentError");
    assert.match(
      error.message,
      /^The model service at [\d.:]+ sent more than 2097152 bytes with no end of an event among them; /,
    );
  });
}

Deno.test("generate takes a long answer in short events, however their lines end", async () => {
  const long = "x".repeat(MAX_EVENT_BYTES - 1000);
  for (const end of ["\n", "\r", "\r\n"]) {
    const events = wordEvent(long) + ": wait\n\n" + wordEvent(long, "stop");
    const parts = [events.replaceAll("\n", end), end];
    await withServer(stream({ parts }), async (server) => {
      const outcome = await generate.run(ask(server).run);
      assert.ok(outcome.type === "done" && outcome.output === long + long, JSON.stringify(end));
    });
  }
});

Deno.test("generate never writes half of a surrogate pair", async () => {
  const texts = ["a\ud83d", "\ude00b", "\ud83d", "", "\ude80", "\ud83dc", "\udc00", "d\ud83d"];
  await withServer(words(texts), async (server) => {
    const { run, written } = ask(server);
    const outcome = await generate.run(run);
    for (const text of written) assert.ok(text.isWellFormed(), JSON.stringify(text));
    const whole = "a\u{1f600}b\u{1f680}\ufffdc\ufffdd\ufffd";
    assert.equal(written.join(""), whole);
    assert.ok(outcome.type === "done" && outcome.output === whole);
  });
});

Deno.test("generate keeps characters whole whose bytes come apart", async () => {
  const bytes = new TextEncoder().encode(wordEvent("né 😀") + wordEvent("", "stop"));
  const parts = Array.from(bytes, (byte) => Uint8Array.of(byte));
  await withServer(stream({ parts }), async (server) => {
    const { run, written } = ask(server);
    await generate.run(run);
    assert.equal(written.join(""), "né 😀");
  });
});

Deno.test("generate streams an answer of 2 MB in time that grows no faster than it", async () => {
  const piece = "All work and no play makes a dull day, as somebody keeps typing over and over. \n"
    .repeat(5);
  const time = async (bytes: number) => {
    const texts = Array.from({ length: bytes / piece.length }, () => piece);
    const started = performance.now();
    await withServer(words(texts), async (server) => {
      const { run, written } = ask(server);
      const outcome = await generate.run(run);
      assert.ok(outcome.type === "done" && outcome.output === texts.join(""));
      assert.equal(written.join(""), texts.join(""));
    });
    return performance.now() - started;
  };
  // Others may want the processor at the same time: it is enough that it went well at some time.
  let [quarter, whole] = [await time(500_000), Infinity];
  for (let round = 0; round < 8 && whole >= 4 * 3 * quarter + 500; round++) {
    whole = Math.min(whole, await time(2_000_000));
    quarter = Math.min(quarter, await time(500_000));
  }
  assert.ok(whole < 4 * 3 * quarter + 500, `2 MB took ${whole} ms, 500 KB ${quarter} ms`);
});

import assert from "node:assert/strict";
import type { KvRead } from "../../../executor/store/kv.ts";
import { watchKeys } from "../../../executor/store/watch_keys.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { turn } from "../../helpers/kv_probe.ts";
import { driveWatch } from "../../helpers/shared_kv.ts";

const KEYS = [["a"], ["b"]];

function begin() {
  const clock = new FakeClock();
  const { watch, opened } = driveWatch();
  const seen: (readonly KvRead[])[] = [];
  const unexpected: unknown[] = [];
  const stop = watchKeys(
    { watch, clock, random: () => 1, onUnexpected: (error) => void unexpected.push(error) },
    KEYS,
    (entries) => void seen.push(entries),
  );
  return { clock, opened, seen, unexpected, stop };
}

const entries = (versionstamp: string | null): KvRead[] => [{ value: null, versionstamp }];

Deno.test("watchKeys tells of entries until it is stopped, and lets go of its stream", async () => {
  const { clock, opened, seen, stop } = begin();
  assert.deepEqual(opened.map(({ keys }) => keys), [KEYS]);
  opened[0]?.send(entries("1"));
  await turn();
  opened[0]?.send(entries("2"));
  await turn();
  assert.deepEqual(seen, [entries("1"), entries("2")]);
  stop();
  await turn();
  assert.equal(opened[0]?.isCancelled, true);
  assert.deepEqual(clock.pending, []);
});

Deno.test("watchKeys opens a watch that breaks again, after growing pauses, and tells of it once", async () => {
  const { clock, opened, seen, unexpected, stop } = begin();
  for (const [i, pause] of [200, 400, 800, 1_600, 3_200, 5_000, 5_000].entries()) {
    if (i % 2 === 0) opened[i]?.fail(new Error("lost"));
    else opened[i]?.end();
    await turn();
    clock.advance(pause - 1);
    assert.equal(opened.length, i + 1);
    clock.advance(1);
    assert.equal(opened.length, i + 2);
  }
  assert.equal(unexpected.length, 1);
  opened.at(-1)?.send(entries("3"));
  await turn();
  assert.deepEqual(seen, [entries("3")]);
  opened.at(-1)?.end();
  await turn();
  clock.advance(200);
  assert.equal(opened.length, 9, "a watch that has worked is opened again soon");
  stop();
});

Deno.test("watchKeys that is stopped while it pauses opens nothing more", async () => {
  const { clock, opened, stop } = begin();
  opened[0]?.end();
  await turn();
  stop();
  clock.advance(60_000);
  assert.equal(opened.length, 1);
});

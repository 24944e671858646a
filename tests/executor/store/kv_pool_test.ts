import assert from "node:assert/strict";
import { type KvConnection, poolKv } from "../../../executor/store/kv_pool.ts";
import type { KvRead } from "../../../executor/store/kv.ts";
import { turn } from "../../helpers/kv_probe.ts";

/** A connection that answers when the test says so. */
function connection() {
  const gets: (() => void)[] = [];
  const streams: ReadableStreamDefaultController<readonly KvRead[]>[] = [];
  const kv: KvConnection = {
    get: () =>
      new Promise((resolve) => gets.push(() => resolve({ value: null, versionstamp: null }))),
    getMany: () => Promise.resolve([]),
    async *list() {},
    atomic: () => {
      throw new Error("not here");
    },
    watch: () => new ReadableStream({ start: (controller) => void streams.push(controller) }),
    close() {},
  };
  return { kv, gets, streams };
}

Deno.test("poolKv gives each request to the connection that has the least to do", async () => {
  const [one, two] = [connection(), connection()];
  const pool = poolKv([one.kv, two.kv], [connection().kv]);
  const asked = [pool.get(["a"]), pool.get(["b"]), pool.get(["c"])];
  assert.deepEqual([one.gets.length, two.gets.length], [2, 1]);
  one.gets.forEach((answer) => answer());
  await asked[0];
  await turn();
  pool.get(["d"]);
  assert.deepEqual([one.gets.length, two.gets.length], [3, 1]);
});

Deno.test("poolKv keeps watches apart, passes on what they tell, and counts those that are over", async () => {
  const [work, one, two] = [connection(), connection(), connection()];
  const pool = poolKv([work.kv], [one.kv, two.kv]);
  const [first, second] = [pool.watch([["a"]]).getReader(), pool.watch([["b"]]).getReader()];
  assert.deepEqual([one.streams.length, two.streams.length], [1, 1]);
  one.streams[0]?.enqueue([{ value: 1, versionstamp: "1" }]);
  assert.deepEqual(await first.read(), {
    done: false,
    value: [{ value: 1, versionstamp: "1" }],
  });
  await second.cancel();
  pool.watch([["c"]]);
  assert.deepEqual([one.streams.length, two.streams.length], [1, 2]);
  one.streams[0]?.error(new Error("lost"));
  await assert.rejects(first.read(), /lost/);
  pool.watch([["d"]]);
  assert.deepEqual([one.streams.length, two.streams.length], [2, 2]);
});

Deno.test("poolKv counts a watch once that is over while somebody reads it", async () => {
  const [one, two] = [connection(), connection()];
  const pool = poolKv([connection().kv], [one.kv, two.kv]);
  const reader = pool.watch([["a"]]).getReader();
  const read = reader.read();
  await turn();
  await reader.cancel();
  await read;
  await turn();
  for (const key of ["b", "c", "d", "e"]) pool.watch([[key]]);
  assert.deepEqual([one.streams.length, two.streams.length], [3, 2]);
});

import assert from "node:assert/strict";
import {
  excerptOf,
  MAX_INLINE_BYTES,
  PART_BYTES,
  readBody,
  readExcerpt,
  writeBody,
} from "../../../executor/store/bodies.ts";
import { Body } from "../../../executor/store/records.ts";
import { KvProbe } from "../../helpers/kv_probe.ts";

const TASK = "tsk_1";

async function withKv(test: (kv: KvProbe) => Promise<void>): Promise<void> {
  const raw = await Deno.openKv(":memory:");
  try {
    await test(new KvProbe(raw));
  } finally {
    raw.close();
  }
}

/** Writes a text and reads it back as the database gives it. */
async function roundTrip(kv: KvProbe, text: string, set = "set"): Promise<Body> {
  const { body, size } = await writeBody(kv, text, TASK, set);
  const atomic = kv.atomic();
  atomic.set(["body"], body);
  await atomic.commit();
  const stored = Body.parse((await kv.get(["body"])).value);
  assert.ok(await readBody(kv, TASK, stored) === text, `a text of ${text.length} is unharmed`);
  assert.equal(stored.characters, text.length);
  if (stored.place === "inline") assert.ok(size >= stored.bytes.length);
  return stored;
}

Deno.test("writeBody keeps a text inline up to the limit, and in parts beyond it", () =>
  withKv(async (kv) => {
    for (const length of [0, 1, MAX_INLINE_BYTES - 1, MAX_INLINE_BYTES]) {
      assert.equal((await roundTrip(kv, "x".repeat(length))).place, "inline");
    }
    const body = await roundTrip(kv, "x".repeat(MAX_INLINE_BYTES + 1));
    assert.deepEqual(body, { place: "parts", set: "set", count: 1, characters: 16_001 });
    const inBytes = await roundTrip(kv, "é".repeat(MAX_INLINE_BYTES / 2 + 1));
    assert.equal(inBytes.place, "parts", "bytes count, not characters");
  }));

Deno.test("writeBody cuts parts at the exact boundaries", () =>
  withKv(async (kv) => {
    const cases = [[-1, 1], [0, 1], [1, 2], [PART_BYTES, 2], [PART_BYTES + 1, 3]] as const;
    for (const [more, count] of cases) {
      const body = await roundTrip(kv, "x".repeat(PART_BYTES + more), `set${more}`);
      assert.ok(body.place === "parts");
      assert.equal(body.count, count);
    }
  }));

Deno.test("readBody joins characters that lie over the end of a part", () =>
  withKv(async (kv) => {
    for (const [name, character] of Object.entries({ two: "é", three: "€", four: "🎈" })) {
      const size = new TextEncoder().encode(character).length;
      for (let before = 1; before < size; before++) {
        const text = "x".repeat(PART_BYTES - before) + character.repeat(30_000);
        await roundTrip(kv, text, `${name}${before}`);
      }
    }
  }));

Deno.test("readBody reads texts of two megabytes, and more parts than one read takes", () =>
  withKv(async (kv) => {
    const body = await roundTrip(kv, "Übergrößenträger 🎈 ".repeat(100_000));
    assert.ok(body.place === "parts");
    assert.ok(body.count > 30);
    for (const { mutations } of kv.commits) assert.ok(mutations.length <= 10);
  }));

Deno.test("readBody keeps a byte order mark and every control character", () =>
  withKv(async (kv) => {
    const odd = "\uFEFFa\0b\r\n\u2028\uFFFD";
    await roundTrip(kv, odd);
    await roundTrip(kv, odd.repeat(10_000), "long");
  }));

Deno.test("writeBody makes half a surrogate pair a replacement character, in any place", () =>
  withKv(async (kv) => {
    for (const repeat of [1, 20_000]) {
      const text = "a\uD800b\uDC00".repeat(repeat);
      const { body } = await writeBody(kv, text, TASK, `set${repeat}`);
      const read = await readBody(kv, TASK, body);
      assert.ok(read === "a\uFFFDb\uFFFD".repeat(repeat));
      assert.equal(body.characters, read.length);
    }
  }));

Deno.test("readBody says which part is missing", () =>
  withKv(async (kv) => {
    const body: Body = { place: "parts", set: "gone", count: 2, characters: 9 };
    await assert.rejects(
      readBody(kv, TASK, body),
      /Cannot read part 0 of "gone" of task "tsk_1": it is missing/,
    );
  }));

Deno.test("readExcerpt gives the beginning of a text, whatever its place", () =>
  withKv(async (kv) => {
    for (const character of ["x", "é", "€", "🎈"]) {
      for (const length of [10, 30_000, 200_000]) {
        const text = character.repeat(length);
        const { body } = await writeBody(kv, text, TASK, `${character}${length}`);
        for (const limit of [9, 4_000, 59_999, 60_000]) {
          const excerpt = await readExcerpt(kv, TASK, body, limit);
          const expected = excerptOf(text, limit);
          assert.equal(excerpt.length, text.length);
          assert.equal(excerpt.isCut, expected.isCut);
          assert.ok(excerpt.text === expected.text, `${limit} of ${length} of ${character}`);
          assert.ok(excerpt.text.isWellFormed());
        }
      }
    }
  }));

Deno.test("excerptOf never ends with half a character", () => {
  assert.deepEqual(excerptOf("ab", 2), { text: "ab", length: 2, isCut: false });
  assert.deepEqual(excerptOf("abc", 2), { text: "ab", length: 3, isCut: true });
  assert.deepEqual(excerptOf("a🎈b", 2), { text: "a", length: 4, isCut: true });
  assert.deepEqual(excerptOf("a🎈b", 3), { text: "a🎈", length: 4, isCut: true });
});

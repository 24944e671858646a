import assert from "node:assert/strict";
import { type CommitResult, createCommitter } from "../../../executor/store/committer.ts";
import type { Kv } from "../../../executor/store/kv.ts";
import { WriteSet } from "../../../executor/store/write_set.ts";
import { KvProbe } from "../../helpers/kv_probe.ts";

/** A database in memory whose commits stand still while `held` is set. */
async function withKv(test: (kv: KvProbe, hold: () => () => void) => Promise<void>) {
  const raw = await Deno.openKv(":memory:");
  let gate: Promise<void> = Promise.resolve();
  const kv = new KvProbe(raw, {
    async onCommit(_seen, commit) {
      const result = commit();
      await gate;
      return await result;
    },
  });
  try {
    await test(kv, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    });
  } finally {
    raw.close();
  }
}

function writing(lane: string, value: unknown = lane, size = 10): WriteSet {
  return new WriteSet(lane).set(["k", lane], value, size);
}

async function valueOf(kv: Kv, lane: string): Promise<unknown> {
  return (await kv.get(["k", lane])).value;
}

/** How many write sets went into each commit, told by the keys under `k`. */
function sizes(kv: KvProbe): number[] {
  return kv.commits.map(({ mutations }) => mutations.filter(({ key }) => key[0] === "k").length);
}

Deno.test("commit of a write set that is alone waits for nothing", () =>
  withKv(async (kv) => {
    const committer = createCommitter(kv);
    const committed = committer.commit(writing("a"));
    assert.equal(kv.commits.length, 1, "it is asked for in the same turn");
    assert.ok((await committed).ok);
    await committer.commit(writing("b"));
    assert.deepEqual(sizes(kv), [1, 1]);
  }));

Deno.test("commit gathers what arrives while a commit is under way", () =>
  withKv(async (kv, hold) => {
    const committer = createCommitter(kv);
    const release = hold();
    const all = ["a", "b", "c", "d"].map((lane) => committer.commit(writing(lane)));
    assert.deepEqual(sizes(kv), [1]);
    release();
    const results = await Promise.all(all);
    assert.deepEqual(sizes(kv), [1, 3]);
    const stamps = results.map((result) => result.ok && result.versionstamp);
    assert.equal(new Set(stamps.slice(1)).size, 1, "company shares a versionstamp");
    const { versionstamp } = await kv.get(["k", "d"]);
    assert.equal(stamps[3], versionstamp, "and it is that of the key");
  }));

Deno.test("commit splits what would be too much for one", async (t) => {
  const cases: [string, (lane: string) => WriteSet, number, number][] = [
    [
      "checks",
      (lane) => {
        const writes = writing(lane);
        for (let i = 0; i < 30; i++) writes.check(["c", lane, i], null);
        return writes;
      },
      7,
      3,
    ],
    [
      "mutations",
      (lane) => {
        const writes = writing(lane);
        for (let i = 0; i < 399; i++) writes.delete(["m", lane, i]);
        return writes;
      },
      5,
      2,
    ],
    [
      "values",
      (lane) => {
        const writes = writing(lane, new Uint8Array(60_000), 60_050);
        for (let i = 0; i < 2; i++) writes.set(["v", lane, i], new Uint8Array(60_000), 60_050);
        return writes;
      },
      7,
      3,
    ],
    [
      "keys",
      (lane) => {
        const writes = writing(lane);
        for (let i = 0; i < 10; i++) writes.set(["l".repeat(1_000), lane, i], 1, 10);
        return writes;
      },
      7,
      3,
    ],
  ];
  for (const [name, make, count, together] of cases) {
    await t.step(name, () =>
      withKv(async (kv, hold) => {
        const committer = createCommitter(kv);
        const release = hold();
        const first = committer.commit(writing("first"));
        const all = Array.from({ length: count }, (_, i) => committer.commit(make(`lane${i}`)));
        release();
        await first;
        const results = await Promise.all(all);
        assert.ok(results.every(({ ok }) => ok));
        const [, ...batches] = sizes(kv);
        assert.equal(batches.reduce((sum, size) => sum + size, 0), count);
        assert.equal(Math.max(...batches), together);
      }));
  }
});

Deno.test("commit keeps its estimates within what the database takes, at every limit", () =>
  withKv(async (kv, hold) => {
    const committer = createCommitter(kv);
    const release = hold();
    const first = committer.commit(writing("first"));
    const all = Array.from({ length: 120 }, (_, i) => {
      const lane = `tsk_${String(i).padStart(26, "0")}`;
      const writes = new WriteSet(lane).check(["task", lane], null);
      for (let n = 0; n < 8; n++) writes.set(["k", lane, n], "x".repeat(700), 1_500);
      return committer.commit(writes);
    });
    release();
    assert.ok((await Promise.all([first, ...all])).every(({ ok }) => ok));
  }));

Deno.test("commit: a conflict harms nobody who shares its commit", () =>
  withKv(async (kv, hold) => {
    const committer = createCommitter(kv);
    await committer.commit(writing("taken"));
    const release = hold();
    const first = committer.commit(writing("first"));
    const good = [committer.commit(writing("a")), committer.commit(writing("b"))];
    const bad = committer.commit(writing("taken", "stolen").check(["k", "taken"], null));
    good.push(committer.commit(writing("c")));
    release();
    await first;
    assert.deepEqual(await bad, { ok: false });
    assert.ok((await Promise.all(good)).every(({ ok }) => ok));
    assert.equal(await valueOf(kv, "taken"), "taken");
    assert.deepEqual(await Promise.all(["a", "b", "c"].map((lane) => valueOf(kv, lane))), [
      "a",
      "b",
      "c",
    ]);
  }));

Deno.test("commit: a value too big for the database harms nobody who shares its commit", () =>
  withKv(async (kv, hold) => {
    const committer = createCommitter(kv);
    const release = hold();
    const first = committer.commit(writing("first"));
    const good = committer.commit(writing("a"));
    const bad = committer.commit(writing("big", new Uint8Array(70_000), 10));
    const alsoGood = committer.commit(writing("b"));
    const refused = assert.rejects(bad, { name: "TypeError" });
    release();
    await first;
    await refused;
    assert.ok((await good).ok && (await alsoGood).ok);
    assert.equal(await valueOf(kv, "b"), "b");
    assert.equal(await valueOf(kv, "big"), null);
  }));

Deno.test("commit never puts two write sets of a lane into one commit, and keeps their order", () =>
  withKv(async (kv, hold) => {
    const committer = createCommitter(kv);
    const release = hold();
    const order: string[] = [];
    const said = (name: string) => (result: CommitResult) => order.push(`${name} ${result.ok}`);
    const all = [
      committer.commit(writing("first")).then(said("first")),
      committer.commit(writing("a", 1)).then(said("a1")),
      committer.commit(writing("b", 1)).then(said("b1")),
      committer.commit(writing("a", 2)).then(said("a2")),
      committer.commit(writing("b", 2)).then(said("b2")),
      committer.commit(writing("a", 3)).then(said("a3")),
    ];
    release();
    await Promise.all(all);
    assert.deepEqual(sizes(kv), [1, 2, 2, 1]);
    assert.deepEqual(order, ["first true", "a1 true", "b1 true", "a2 true", "b2 true", "a3 true"]);
    assert.equal(await valueOf(kv, "a"), 3);
  }));

Deno.test("commit: one that did not fit before is not overtaken by its own lane", () =>
  withKv(async (kv, hold) => {
    const committer = createCommitter(kv);
    const release = hold();
    const crowd = (lane: string) => {
      const writes = writing(lane);
      for (let i = 0; i < 60; i++) writes.check(["c", lane, i], null);
      return writes;
    };
    const all = [
      committer.commit(writing("first")),
      committer.commit(crowd("a")),
      committer.commit(crowd("b")),
      committer.commit(writing("b", "later")),
    ];
    release();
    assert.ok((await Promise.all(all)).every(({ ok }) => ok));
    assert.equal(await valueOf(kv, "b"), "later");
  }));

Deno.test("commit rejects everybody in a commit whose result is not known, and goes on", () =>
  withKv(async (kv, hold) => {
    const committer = createCommitter(kv);
    const { onCommit } = kv.hooks;
    kv.hooks = {
      async onCommit(seen, commit) {
        const result = await onCommit?.(seen, commit) ?? await commit();
        if (seen.number === 2) throw new Error("database is locked");
        return result;
      },
    };
    const release = hold();
    const first = committer.commit(writing("first"));
    const shared = ["a", "b"].map((lane) => committer.commit(writing(lane)));
    const refused = shared.map((each) => assert.rejects(each, /database is locked/));
    release();
    await first;
    await Promise.all(refused);
    assert.deepEqual(sizes(kv), [1, 2], "nothing is tried again that may have been applied");
    assert.ok((await committer.commit(writing("c"))).ok);
  }));

import assert from "node:assert/strict";
import { createIds } from "../../../executor/ids.ts";
import { createDatabase } from "../../../executor/store/database.ts";
import { createSetAside } from "../../../executor/store/set_aside.ts";
import { keysUnder } from "../../helpers/kv_probe.ts";

const WHY = { reason: "It names no task", at: 1 };

Deno.test("row takes out a row as it was read, and none that was written since", async () => {
  using kv = await Deno.openKv(":memory:");
  const setAside = createSetAside(createDatabase(kv, createIds(Math.random)));
  const key = ["due", "nonsense"];
  await kv.set(key, "old");
  const { versionstamp: old } = await kv.get(key);
  await kv.set(key, "new");
  const { versionstamp: now } = await kv.get(key);
  assert.ok(old !== null && now !== null);

  assert.equal(await setAside.row({ key, value: "old", versionstamp: old }, WHY), false);
  assert.equal((await kv.get(key)).value, "new");
  assert.deepEqual(await keysUnder(kv, "set_aside"), []);

  assert.equal(await setAside.row({ key, value: "new", versionstamp: now }, WHY), true);
  assert.equal((await kv.get(key)).value, null);
  assert.deepEqual((await kv.get(["set_aside", "due nonsense"])).value, WHY);
});

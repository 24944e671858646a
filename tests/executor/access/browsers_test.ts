import assert from "node:assert/strict";
import { BROWSER_KEPT_MS } from "../../../executor/access/browsers.ts";
import { startTestExecutor } from "../../helpers/executor.ts";
import { Stored } from "../../helpers/stored.ts";

Deno.test("browsers.find knows a browser by its secret alone, as long as it is kept", async () => {
  await using test = await startTestExecutor();
  const { browsers } = test.executor.access;
  const secret = await browsers.keep(undefined);
  const name = await browsers.find(secret);
  assert.match(name ?? "", /^[\w-]{43}$/);
  for (const other of ["", "cbb_", `${secret}a`, `cbb_${name}`, secret.replace("cbb_", "cba_")]) {
    assert.equal(await browsers.find(other), null, other);
  }
  assert.equal(await test.executor.access.whoHas(secret), null, "it opens nothing");
  test.clock.advance(BROWSER_KEPT_MS - 1);
  assert.equal(await browsers.find(secret), name);
  assert.equal(await browsers.keep(secret), secret, "signing in again keeps it for longer");
  test.clock.advance(BROWSER_KEPT_MS - 1);
  assert.equal(await browsers.find(secret), name);
  test.clock.advance(1);
  assert.equal(await browsers.find(secret), null);
  assert.notEqual(await browsers.keep(secret), secret);
});

Deno.test("browsers.find knows none of another realm, and the database holds no secret", async () => {
  const kv = await Deno.openKv(":memory:");
  {
    await using first = await startTestExecutor({ kv, accessRealm: "one" });
    const secret = await first.executor.access.browsers.keep(undefined);
    const { entries } = await Stored.read(first.kv);
    assert.ok(entries.some(({ key }) => key[0] === "browser"));
    assert.ok(!JSON.stringify(entries).includes(secret.slice(4)));
    await using other = await startTestExecutor({ kv, accessRealm: "other" });
    assert.equal(await other.executor.access.browsers.find(secret), null);
  }
  kv.close();
});

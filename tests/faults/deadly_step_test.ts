import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openKv, startExecutor } from "../../executor/mod.ts";
import { MAX_CRASHES } from "../../executor/run/context.ts";
import { assertSound } from "../helpers/database_check.ts";
import { seededTest } from "../helpers/seed.ts";

const ENTRY = fileURLToPath(new URL("../helpers/dying_process.ts", import.meta.url));
const MAX_LIVES = 3 * MAX_CRASHES;

seededTest(
  "a step that kills its process each time: its task is given up, and none that ran beside it",
  async ({ report }) => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/kv.db`;
    const lives = [await live(path, 0)];
    while (lives.at(-1)?.signal === "SIGKILL" && lives.length < MAX_LIVES) {
      lives.push(await live(path, lives.length));
    }
    const deaths = lives.filter(({ signal }) => signal === "SIGKILL").length;
    assert.equal(lives.at(-1)?.code, 0, lives.at(-1)?.errors);
    assert.equal(deaths, MAX_CRASHES);

    const opened = await openKv(path);
    const executor = await startExecutor({ kv: opened.kv, concurrency: 0 });
    const { rows } = await executor.tasks.list({ limit: 20 });
    const [bad, ...others] = await Promise.all(rows.map(({ id }) => executor.tasks.readJson(id)));
    assert.equal(bad?.app.name, "Deadly");
    assert.equal(others.length, 9);
    for (const other of others) {
      assert.equal(other?.status, "completed", `${other?.app.name}: ${other?.error?.message}`);
    }
    assert.equal(bad?.status, "failed");
    assert.match(bad?.error?.message ?? "", /^It was given up: the process that ran it stopped/);
    assert.equal(bad?.steps[0]?.attempt, MAX_CRASHES);
    const { entries } = await assertSound(opened.kv, { now: Infinity, isAtRest: true });
    await executor.stop(0);
    opened.close();
    await Deno.remove(folder, { recursive: true });
    report(
      `fault 12: a step that kills its process: ${deaths} processes died, the next one gave it ` +
        `up and lived; ${others.length} other tasks completed; ${entries} entries checked`,
    );
  },
);

/** One life of the process, to its end. */
async function live(path: string, life: number) {
  const { code, signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", ENTRY, path, String(life)],
  }).output();
  return { code, signal, errors: new TextDecoder().decode(stderr) };
}

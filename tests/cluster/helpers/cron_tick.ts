/**
 * What Deno Deploy does at each full minute, without waiting for one: an instance whose only work is
 * the cron handler of `main.ts`. It ends when that has, or by SIGINT as `main.ts` does.
 */
import { openKv, startExecutor } from "../../../executor/mod.ts";
import { parseSettings } from "../../../routes/settings.ts";

/** As in `main.ts`. */
const GRACE_MS = 3_000;
const SWEEP_MS = 55_000;

const result = parseSettings(Deno.env.toObject());
if (!result.ok) throw new Error(result.problems.join(". "));
const { settings } = result;
const { kv, watch } = await openKv(settings.kvPath);
const executor = await startExecutor({
  kv,
  watch,
  model: settings.model,
  concurrency: settings.concurrency,
  onUnexpected: (error, where) => console.error(where, error),
});
Deno.addSignalListener("SIGINT", stop);
await executor.sweep(SWEEP_MS);
await stop();

async function stop(): Promise<void> {
  await executor.stop(GRACE_MS);
  Deno.exit(0);
}

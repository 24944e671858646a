import { z } from "zod";
import { openKv, startExecutor, stepKinds } from "../../executor/mod.ts";
import { LEASE_MS } from "../../executor/run/context.ts";
import type { StepKind } from "../../executor/steps/step_kind.ts";
import { addApp, startTask } from "./executor.ts";

/**
 * A process whose steps of kind `"deadly"` kill it, as a leak of memory or a crash in native code
 * does. Arguments: the database file, and which life this is, from 0. The first life starts a task
 * with such a step, and one without; in each later one all leases of the earlier ones have run out.
 */
const deadly: StepKind = {
  kind: "deadly",
  label: "Deadly",
  config: z.unknown(),
  run() {
    Deno.kill(Deno.pid, "SIGKILL");
    return new Promise(() => {});
  },
};

const [path = "", life = "0"] = Deno.args;
const aheadMs = Number(life) * 2 * LEASE_MS;
const { kv, close } = await openKv(path);
const executor = await startExecutor({
  kv,
  kinds: new Map([...stepKinds, [deadly.kind, deadly]]),
  clock: {
    now: () => Date.now() + aheadMs,
    after(ms, action) {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  },
});

if (life === "0") {
  const wait = { id: "a", kind: "wait", config: { seconds: 15 } };
  const apps = [
    await addApp(executor, { name: "Sound", steps: [wait] }),
    await addApp(executor, { name: "Deadly", steps: [{ id: "a", kind: "deadly" }] }),
  ];
  for (const { id } of apps) await startTask(executor, id);
}
// A process that is still alive when no task runs any more stops in good order.
const { promise: over, resolve: end } = Promise.withResolvers<void>();
const unwatch = executor.tasks.watchRows(look);
await look();
await over;
unwatch();
await executor.stop(0);
close();

async function look(): Promise<void> {
  const { rows } = await executor.tasks.list({ limit: 1, status: "running" });
  if (rows.length === 0) end();
}

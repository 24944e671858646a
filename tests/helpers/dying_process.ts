import { z } from "zod";
import { openKv, startExecutor, stepKinds } from "../../executor/mod.ts";
import { LEASE_MS } from "../../executor/run/context.ts";
import type { StepKind } from "../../executor/steps/step_kind.ts";
import { addApp, startTask } from "./executor.ts";

/**
 * A process whose steps of kind `"deadly"` kill it after a while, as a leak of memory or a crash in
 * native code does; those of kind `"patient"` take longer than that. Arguments: the database file,
 * and which life this is, from 0. The first life starts tasks of all kinds; in each later one all
 * leases of the earlier ones have run out.
 */
const DEADLY_MS = 300;
const PATIENT_MS = 600;
const PATIENT_TASKS = 8;

const deadly: StepKind = {
  kind: "deadly",
  label: "Deadly",
  config: z.unknown(),
  run() {
    setTimeout(() => Deno.kill(Deno.pid, "SIGKILL"), DEADLY_MS);
    return new Promise(() => {});
  },
};

const patient: StepKind = {
  kind: "patient",
  label: "Patient",
  config: z.unknown(),
  async run() {
    await new Promise((resolve) => setTimeout(resolve, PATIENT_MS));
    return { type: "done", output: "" };
  },
};

const [path = "", life = "0"] = Deno.args;
const aheadMs = Number(life) * 2 * LEASE_MS;
const { kv, close } = await openKv(path);
const executor = await startExecutor({
  kv,
  kinds: new Map([...stepKinds, ...[deadly, patient].map((kind) => [kind.kind, kind] as const)]),
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
  const sound = await addApp(executor, { name: "Sound", steps: [wait] });
  const slow = await addApp(executor, { name: "Patient", steps: [{ id: "a", kind: "patient" }] });
  const bad = await addApp(executor, { name: "Deadly", steps: [{ id: "a", kind: "deadly" }] });
  await startTask(executor, sound.id);
  for (let i = 0; i < PATIENT_TASKS; i++) await startTask(executor, slow.id);
  await startTask(executor, bad.id);
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

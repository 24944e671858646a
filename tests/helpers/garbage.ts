import v8 from "node:v8";
import vm from "node:vm";

/**
 * Has the garbage collector come by, thoroughly, so that what only weak references hold is gone. Deno
 * 2.5 has no way to ask for it: there it does nothing.
 */
export async function collectGarbage(): Promise<void> {
  v8.setFlagsFromString("--expose-gc");
  const collect: unknown = vm.runInNewContext("globalThis.gc");
  if (typeof collect !== "function") return;
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

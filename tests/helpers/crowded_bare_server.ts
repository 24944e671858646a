import { CHANGE_PATH } from "../../bench/readers/broadcaster.ts";
import { startServer } from "../../bench/server_process.ts";
import type { BareReader } from "./bare_reader.ts";
import type { CrowdedServer } from "./crowd.ts";
import { MemoryGauge } from "./memory_gauge.ts";

/** The least that has a crowd of readers: what is left of it there is Deno's and the system's. */
export async function startCrowdedBareServer(
  message: { readonly count: number; readonly bytes: number },
): Promise<CrowdedServer> {
  const gauge = new MemoryGauge();
  const { origin, stop } = await startServer(
    ["run", "--allow-all", MemoryGauge.entry],
    gauge.settings("bench/readers/bare_server.ts"),
  );

  async function write(readers: readonly BareReader[]): Promise<void> {
    for (let i = 0; i < message.count; i++) {
      const changed = await fetch(`${origin}${CHANGE_PATH}?bytes=${message.bytes}`, {
        method: "POST",
      });
      await changed.body?.cancel();
      for (const reader of readers) await reader.until("\n\n");
    }
  }

  return {
    origin,
    memory: (order) => gauge.measure(order),
    prepare: () =>
      Promise.resolve({
        idle: ["/silence"],
        visited: ["/silence"],
        busy: "/events",
        onGathered: () => Promise.resolve(),
        write,
      }),
    async [Symbol.asyncDispose]() {
      gauge[Symbol.dispose]();
      await stop();
    },
  };
}

import { join } from "node:path";
import { paths } from "../routes/paths.ts";
import { appArgs } from "./app_command.ts";
import type { Bench } from "./bench.ts";
import { startCountingProxy } from "./counting_proxy.ts";
import { ownRegistry, startCountingRegistry } from "./counting_registry.ts";
import { startServer } from "./server_process.ts";

/** The first start on a machine that has fetched nothing yet. */
export const firstStart: Bench = {
  name: "first-start",
  description: "a first start of the app with an empty DENO_DIR, until its first page is read; " +
    "needs the package registry",

  async run({ folder }) {
    const registry = await startCountingRegistry(ownRegistry());
    // With a lock file, older versions of Deno fetch packages from where they always do.
    const proxy = await startCountingProxy();
    try {
      const server = await startServer(await appArgs(), {
        DENO_DIR: join(folder, "cache"),
        DENO_NO_UPDATE_CHECK: "1",
        KV_PATH: join(folder, "callboard.db"),
        HTTPS_PROXY: proxy.url,
        NPM_CONFIG_REGISTRY: registry.url,
      });
      await (await fetch(server.origin + paths.playground())).text();
      await server.stop();
    } finally {
      registry.close();
      proxy.close();
    }
    const { index } = registry.received;
    const packages = registry.received.packages + proxy.receivedBytes();
    if (packages === 0) throw new Error("Cannot count what a first start fetches: nothing came");
    const common = { unit: "MB", round: "1 start", floor: null } as const;
    return [
      {
        ...common,
        name: "packages fetched, as the network carried them",
        values: [packages / 1e6],
        target: { of: "figure", bound: "at most", value: 15 },
      },
      {
        ...common,
        name: "beside them, the registry's index of their versions, as it encoded it",
        values: [index / 1e6],
        target: null,
      },
    ];
  },
};

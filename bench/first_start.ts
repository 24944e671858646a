import { join } from "node:path";
import { paths } from "../routes/paths.ts";
import { appArgs } from "./app_command.ts";
import type { Bench } from "./bench.ts";
import { startCountingProxy } from "./counting_proxy.ts";
import { startServer } from "./server_process.ts";

/** The first start on a machine that has fetched nothing yet. */
export const firstStart: Bench = {
  name: "first-start",
  description: "a first start of the app with an empty DENO_DIR, until its first page is read; " +
    "needs the package registry",

  async run({ folder }) {
    const proxy = await startCountingProxy();
    const begin = performance.now();
    try {
      const server = await startServer(await appArgs(), {
        DENO_DIR: join(folder, "cache"),
        HTTPS_PROXY: proxy.url,
        DENO_NO_UPDATE_CHECK: "1",
        KV_PATH: join(folder, "callboard.db"),
      });
      await (await fetch(server.origin + paths.playground())).text();
      const ms = performance.now() - begin;
      await server.stop();
      return [
        {
          name: "packages fetched, as the network carried them",
          unit: "MB",
          values: [received(proxy.receivedBytes()) / 1e6],
          round: "1 start",
          floor: null,
          target: { of: "figure", bound: "at most", value: 15 },
        },
        {
          name: "until the first page was read",
          unit: "ms",
          values: [ms],
          round: "1 start",
          floor: null,
          target: null,
        },
      ];
    } finally {
      proxy.close();
    }
  },
};

/** A start that fetched nothing went past the proxy. */
function received(bytes: number): number {
  if (bytes === 0) {
    throw new Error("Cannot count what a first start fetches: nothing came through HTTPS_PROXY");
  }
  return bytes;
}

import { fileURLToPath } from "node:url";
import { type ServerProcess, startServer } from "../server_process.ts";

const APP = fileURLToPath(new URL("app_server.ts", import.meta.url));
const BARE = fileURLToPath(new URL("bare_server.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** The whole app in a process of its own. @param steps How many changes a task has. */
export async function startAppServer(folder: string, steps: number): Promise<ServerProcess> {
  await Deno.mkdir(folder, { recursive: true });
  const args = ["run", `--config=${CONFIG}`, "--allow-all", APP];
  return await startServer(args, { FOLDER: folder, STEPS: String(steps) });
}

/** The least that streams messages, in a process of its own. */
export async function startBareServer(): Promise<ServerProcess> {
  return await startServer(["run", "--no-config", "--allow-net", "--allow-env", BARE], {});
}

import { fileURLToPath } from "node:url";
import { type ServerProcess, startServer } from "../server_process.ts";

const APP = fileURLToPath(new URL("app_server.ts", import.meta.url));
const BARE = fileURLToPath(new URL("bare_server.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/**
 * The whole app in a process of its own.
 *
 * @param changes How many changes a task has.
 * @param text What each of its steps is given and makes, where it matters.
 */
export async function startAppServer(
  folder: string,
  changes: number,
  text?: string,
): Promise<ServerProcess> {
  await Deno.mkdir(folder, { recursive: true });
  const args = ["run", `--config=${CONFIG}`, "--allow-all", APP];
  return await startServer(args, {
    FOLDER: folder,
    STEPS: String(changes + 1),
    ...(text !== undefined && { TEXT: text }),
  });
}

/** The least that streams messages, in a process of its own. */
export async function startBareServer(): Promise<ServerProcess> {
  return await startServer(["run", "--no-config", "--allow-net", "--allow-env", BARE], {});
}

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The folder of the app. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

const Config = z.object({ tasks: z.object({ start: z.string() }) });

/** Arguments of `deno` that start the app as `deno task start` does, from any folder. */
export async function appArgs(): Promise<readonly string[]> {
  const config = Config.parse(JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))));
  const [command, ...args] = config.tasks.start.split(" ");
  if (command !== "deno") throw new Error(`Cannot start "${config.tasks.start}": no deno command`);
  return args.map((arg) => arg === "main.ts" ? join(ROOT, "main.ts") : arg);
}

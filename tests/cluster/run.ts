import { fileURLToPath } from "node:url";
import { findDenokv } from "./find_denokv.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Finds or builds denokv and runs the tests of this folder; arguments go on to `deno test`. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const denokv = await findDenokv();
    if (args.includes("--build")) return 0;
    console.log(`denokv: ${denokv}`);
    const rest = args.some((arg) => arg.endsWith(".ts")) ? [] : [FOLDER];
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--allow-all", ...args, ...rest],
      env: { CALLBOARD_TEST_DENOKV: denokv },
    }).spawn().status;
    return code;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));

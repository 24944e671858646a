import { fileURLToPath } from "node:url";
import type { BrowserProgram } from "./browser_program.ts";
import { findBrowser } from "./find_browser.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Finds a browser and runs the tests of this folder in it; arguments go on to `deno test`, files too. */
async function main(args: readonly string[]): Promise<number> {
  try {
    return await runTests(
      args.includes("--no-run") ? null : await findBrowser(),
      args,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

async function runTests(
  browser: BrowserProgram | null,
  args: readonly string[],
): Promise<number> {
  if (browser !== null) console.log(`Browser: ${browser.executablePath}`);
  const rest = args.some((arg) => arg.endsWith(".ts")) ? [] : [FOLDER];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--allow-all",
      "--frozen",
      `--config=${FOLDER}deno.json`,
      ...args,
      ...rest,
    ],
    env: browser === null ? {} : { CALLBOARD_TEST_BROWSER: JSON.stringify(browser) },
  }).spawn().status;
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

import type { Browser } from "playwright-core";
import { BrowserProgram, launch } from "../browser_program.ts";
import { findBrowser } from "../find_browser.ts";

/** Launches the browser that `run.ts` has found, or looks for one where a file is run alone. */
export async function launchFound(): Promise<Browser> {
  const found = Deno.env.get("CALLBOARD_TEST_BROWSER");
  if (found === undefined) return await launch(await findBrowser());
  return await launch(BrowserProgram.parse(JSON.parse(found)));
}

import { type Browser, chromium } from "playwright-core";
import { z } from "zod";

/** A Chromium that can be started. `env` comes on top of the environment of this process. */
export const BrowserProgram = z.object({
  executablePath: z.string(),
  env: z.record(z.string(), z.string()),
});
export type BrowserProgram = z.infer<typeof BrowserProgram>;

/** Most time a browser may take to start, in milliseconds. */
const START_LIMIT_MS = 120_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // No name but those of loopback is looked up, so that a page that asks for others is only noted.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/** @throws where the program is missing or does not start */
export function launch(program: BrowserProgram): Promise<Browser> {
  return chromium.launch({
    executablePath: program.executablePath,
    env: { ...Deno.env.toObject(), ...program.env },
    args: FLAGS,
    timeout: START_LIMIT_MS,
  });
}

/** Why a program is no use, as one line; null where it starts and renders a page. */
export async function whyNotStarting(
  program: BrowserProgram,
): Promise<string | null> {
  try {
    const browser = await launch(program);
    try {
      await renderPage(browser);
    } finally {
      await browser.close();
    }
    return null;
  } catch (error) {
    return firstLines(error);
  }
}

async function renderPage(browser: Browser): Promise<void> {
  const page = await browser.newPage();
  await page.setContent("<title>It starts</title>");
  const title = await page.title();
  if (title !== "It starts") {
    throw new Error(`Cannot render a page: its title is "${title}"`);
  }
}

function firstLines(error: unknown): string {
  const lines = String(error instanceof Error ? error.message : error).split(
    "\n",
  );
  const cause = lines.find((line) => /error while loading|spawn|denied|\[err\]/.test(line));
  return [lines[0], cause].filter((line) => line !== undefined).join(" ")
    .trim();
}

import { delimiter, join } from "node:path";
import { type BrowserProgram, whyNotStarting } from "./browser_program.ts";
import { unpackChromium } from "./packaged_chromium.ts";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "chrome-headless-shell",
];

/**
 * The first Chromium that starts: `CHROME_PATH`, one on `PATH`, the one of the npm package, and
 * for root on Debian the one of the distribution, installed now. What it rejects goes to stderr.
 *
 * @throws with one line that says what to install, where none starts
 */
export async function findBrowser(): Promise<BrowserProgram> {
  for (const source of [fromSetting, fromPath, unpackChromium, fromDebian]) {
    const program = await source();
    if (program === null) continue;
    const reason = await whyNotStarting(program);
    if (reason === null) return program;
    console.error(
      `Cannot use the browser ${program.executablePath}: ${reason}`,
    );
  }
  throw new Error(
    "Cannot run the browser tests: no Chromium starts here, install one (apt-get install chromium) or set CHROME_PATH to the path of one",
  );
}

function fromSetting(): BrowserProgram | null {
  const executablePath = Deno.env.get("CHROME_PATH") ?? "";
  return executablePath === "" ? null : { executablePath, env: {} };
}

async function fromPath(): Promise<BrowserProgram | null> {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter).filter((
    folder,
  ) => folder !== "");
  for (const name of NAMES) {
    for (const folder of folders) {
      const executablePath = join(folder, name);
      if (await isFile(executablePath)) return { executablePath, env: {} };
    }
  }
  return null;
}

async function fromDebian(): Promise<BrowserProgram | null> {
  if (Deno.uid() !== 0 || !await isFile("/etc/debian_version")) return null;
  console.error(
    "No Chromium starts here: installing Debian's with apt-get install -y chromium",
  );
  await aptGet("update");
  await aptGet("install", "-y", "--no-install-recommends", "chromium");
  return { executablePath: "/usr/bin/chromium", env: {} };
}

async function aptGet(...args: string[]): Promise<void> {
  const { success } = await new Deno.Command("apt-get", {
    args,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  }).spawn().status;
  if (!success) console.error(`apt-get ${args.join(" ")} did not succeed`);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

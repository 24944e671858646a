import { inflate } from "@sparticuz/chromium";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserProgram } from "./browser_program.ts";

const PACKAGE = import.meta.resolve("@sparticuz/chromium");
const STORE = fileURLToPath(new URL("../../.data/browser/", import.meta.url));
const ARCHIVES = [
  "chromium.br",
  "al2023.tar.br",
  "fonts.tar.br",
  "swiftshader.tar.br",
];

/**
 * The Chromium of the npm package `@sparticuz/chromium`, unpacked once into `.data/browser/`
 * (about 210 MB). It brings the shared libraries and the font that a bare Debian lacks.
 *
 * @returns null where the package has no program for this machine
 */
export async function unpackChromium(): Promise<BrowserProgram | null> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return null;
  const folder = join(STORE, versionOf(PACKAGE));
  if (!await exists(folder)) await unpackInto(folder);
  return {
    executablePath: join(folder, "chromium"),
    env: {
      LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
      FONTCONFIG_FILE: join(folder, "fonts.conf"),
    },
  };
}

function versionOf(packageUrl: string): string {
  return /chromium\/([\d.]+)\//.exec(packageUrl)?.[1] ?? "unversioned";
}

/** Unpacks beside the folder and renames, so that a run that was cut off leaves no half of one. */
async function unpackInto(folder: string): Promise<void> {
  await Deno.mkdir(STORE, { recursive: true });
  const unfinished = await Deno.makeTempDir({
    dir: STORE,
    prefix: "unfinished-",
  });
  const tmpdir = Deno.env.get("TMPDIR");
  Deno.env.set("TMPDIR", unfinished); // where the package unpacks to
  try {
    for (const name of ARCHIVES) {
      await inflate(fileURLToPath(new URL(`../bin/${name}`, PACKAGE)));
    }
  } finally {
    if (tmpdir === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", tmpdir);
  }
  await Deno.writeTextFile(join(unfinished, "fonts.conf"), fontsConfig(folder));
  await Deno.rename(unfinished, folder);
}

/** The package's own file names folders that are not where this one unpacks to. */
function fontsConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${join(folder, "fonts", "fonts")}</dir>
  <cachedir>${join(folder, "fonts-cache")}</cachedir>
</fontconfig>
`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

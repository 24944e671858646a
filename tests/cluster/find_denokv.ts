import { delimiter, join } from "node:path";

const NAME = Deno.build.os === "windows" ? "denokv.exe" : "denokv";

/**
 * The path of a denokv that can be run: `DENOKV_PATH`, one on `PATH`, one in cargo's own folder, the
 * one of this cache, or one that cargo builds into it now, which takes minutes. It says what it does.
 *
 * @throws with a sentence that says what to do, where there is none and none can be built.
 */
export async function findDenokv(): Promise<string> {
  const set = Deno.env.get("DENOKV_PATH") ?? "";
  if (set !== "") {
    if (await isFile(set)) return set;
    throw new Error(`Cannot use "${set}" as DENOKV_PATH: there is no such file`);
  }
  for (const folder of [...foldersOfPath(), join(cargoHome(), "bin"), join(cacheFolder(), "bin")]) {
    const path = join(folder, NAME);
    if (await isFile(path)) return path;
  }
  return await build();
}

async function build(): Promise<string> {
  const cargo = await findCargo();
  const root = cacheFolder();
  console.log(`denokv is not here: cargo builds it into ${root}, which takes some minutes`);
  const { success } = await new Deno.Command(cargo, {
    args: ["install", "denokv", "--locked", "--root", root],
    stdin: "null",
  }).spawn().status;
  if (success) return join(root, "bin", NAME);
  throw new Error(
    "Cannot run the tests of many processes: cargo install denokv failed, see above. " +
      "Set DENOKV_PATH to a denokv built elsewhere",
  );
}

async function findCargo(): Promise<string> {
  for (const folder of [...foldersOfPath(), join(cargoHome(), "bin")]) {
    const path = join(folder, Deno.build.os === "windows" ? "cargo.exe" : "cargo");
    if (await isFile(path)) return path;
  }
  throw new Error(
    "Cannot run the tests of many processes: there is neither denokv nor cargo to build it. " +
      "Install Rust (https://rustup.rs), or set DENOKV_PATH to a denokv built elsewhere",
  );
}

function foldersOfPath(): string[] {
  return (Deno.env.get("PATH") ?? "").split(delimiter).filter((folder) => folder !== "");
}

function cargoHome(): string {
  return Deno.env.get("CARGO_HOME") || join(home(), ".cargo");
}

function cacheFolder(): string {
  return join(Deno.env.get("XDG_CACHE_HOME") || join(home(), ".cache"), "callboard", "denokv");
}

function home(): string {
  return Deno.env.get("HOME") || Deno.env.get("USERPROFILE") || Deno.cwd();
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

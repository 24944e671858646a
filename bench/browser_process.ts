import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../tests/browser/deno.json", import.meta.url));

/**
 * Runs a file of `browser/` in a process of its own, with the packages of the browser tests, which
 * the app's own lock file does not name.
 *
 * @param order What it gets as its argument, as JSON.
 * @returns what its last line of output says, from JSON.
 * @throws {Error} when it fails.
 */
export async function runInBrowser(file: string, order: unknown): Promise<unknown> {
  const path = fileURLToPath(new URL(`browser/${file}`, import.meta.url));
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--frozen", `--config=${CONFIG}`, path, JSON.stringify(order)],
    stdin: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot measure in a browser: ${file} failed`);
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "");
}

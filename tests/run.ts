import { SEED } from "./helpers/seed.ts";

/**
 * Runs every test, those in a browser last; arguments go on to `deno test`. What the tests leave to
 * chance follows from one seed, which they find in the environment.
 */
async function main(args: readonly string[]): Promise<number> {
  console.log(`CALLBOARD_SEED=${SEED}`);
  let failed = 0;
  for (const name of ["test:unit", "test:properties", "test:browser"]) {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["task", name, ...args],
    })
      .spawn().status;
    if (!success) failed++;
  }
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

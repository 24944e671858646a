/** Runs every test, those in a browser last; arguments go on to `deno test`. */
async function main(args: readonly string[]): Promise<number> {
  let failed = 0;
  for (const name of ["test:unit", "test:browser"]) {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["task", name, ...args],
    })
      .spawn().status;
    if (!success) failed++;
  }
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

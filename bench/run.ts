/** Measures Callboard beside the floor of each figure, in the same run: machines are noisy. */
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { benches } from "./benches.ts";
import { describeFigure, type Figure, isMet } from "./figure.ts";
import { describeMachine } from "./machine.ts";

/** On the disk where a database stands by default. */
const DEFAULT_PARENT = ".data";

async function main(args: readonly string[]): Promise<number> {
  const isQuick = args.includes("--quick");
  const names = args.filter((arg) => arg !== "--quick");
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown !== undefined) return refuse(unknown);
  const chosen = benches.filter(({ name }) => names.length === 0 || names.includes(name));
  const parent = Deno.env.get("BENCH_FOLDER") || DEFAULT_PARENT;
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent, prefix: "bench-" });
  try {
    return await runAll(chosen, { folder, isQuick });
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runAll(
  chosen: readonly Bench[],
  { folder, isQuick }: { readonly folder: string; readonly isQuick: boolean },
): Promise<number> {
  console.log((await describeMachine(folder)).join("\n"));
  const figures: Figure[] = [];
  for (const bench of chosen) {
    console.log(`\n${bench.name}: ${bench.description}`);
    const own = join(folder, bench.name);
    await Deno.mkdir(own);
    for (const figure of await bench.run({ folder: own, isQuick })) {
      console.log(`\n${describeFigure(figure)}`);
      figures.push(figure);
    }
  }
  const results = figures.map(isMet).filter((met) => met !== null);
  const met = results.filter(Boolean).length;
  console.log(`\n${met} of ${results.length} targets met`);
  return met === results.length ? 0 : 1;
}

function refuse(name: string): number {
  const known = benches.map((bench) => bench.name).join(", ");
  console.error(`Cannot run "${name}": there are ${known}, and --quick for fewer rounds`);
  return 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

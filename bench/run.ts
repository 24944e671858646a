/** Measures Callboard beside the floor of each figure, in the same run: machines are noisy. */
import { join } from "node:path";
import { loadavg } from "node:os";
import type { Bench } from "./bench.ts";
import { benches } from "./benches.ts";
import { describeFigure, isMet } from "./figure.ts";
import { describeMachine } from "./machine.ts";
import { type Report, writeMachine, writeReport } from "./markdown.ts";
import { createSeedShelf } from "./seed_shelf.ts";

/** On the disk where a database stands by default. */
const DEFAULT_PARENT = ".data";
const FLAGS = ["--quick", "--markdown"];

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !FLAGS.includes(arg));
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown !== undefined) return refuse(unknown);
  const chosen = benches.filter(({ name }) => names.length === 0 || names.includes(name));
  const parent = Deno.env.get("BENCH_FOLDER") || DEFAULT_PARENT;
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent, prefix: "bench-" });
  try {
    const machine = await describeMachine(folder);
    console.log(machine.join("\n"));
    const isQuick = args.includes("--quick");
    const write = args.includes("--markdown") ? writeReport : () => Promise.resolve();
    const reports = await runAll(chosen, { folder, isQuick, write });
    if (args.includes("--markdown")) await writeMachine(machine);
    return conclude(reports);
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface RunOptions {
  readonly folder: string;
  readonly isQuick: boolean;
  /** Keeps what a bench has measured, at once: a later one may fail. */
  readonly write: (report: Report) => Promise<void>;
}

async function runAll(
  chosen: readonly Bench[],
  { folder, isQuick, write }: RunOptions,
): Promise<Report[]> {
  const reports: Report[] = [];
  const seeded = createSeedShelf(join(folder, "seeds"));
  for (const bench of chosen) {
    const [load = NaN] = loadavg();
    console.log(`\n${bench.name}: ${bench.description} (load ${load.toFixed(1)})`);
    const own = join(folder, bench.name);
    await Deno.mkdir(own);
    const figures = await bench.run({ folder: own, isQuick, seeded });
    for (const figure of figures) console.log(`\n${describeFigure(figure)}`);
    const report = { bench, figures, load, isQuick };
    await write(report);
    reports.push(report);
  }
  return reports;
}

/** Fails where a target is missed. */
function conclude(reports: readonly Report[]): number {
  const results = reports.flatMap(({ figures }) => figures).map(isMet)
    .filter((met) => met !== null);
  const met = results.filter(Boolean).length;
  console.log(`\n${met} of ${results.length} targets met`);
  return met === results.length ? 0 : 1;
}

function refuse(name: string): number {
  const known = benches.map((bench) => bench.name).join(", ");
  console.error(
    `Cannot run "${name}": there are ${known}; --quick for fewer rounds and smaller numbers, ` +
      `--markdown to write what was measured into BENCHMARKS.md`,
  );
  return 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

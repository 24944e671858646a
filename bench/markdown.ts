import { join } from "node:path";
import { ROOT } from "./app_command.ts";
import type { Bench } from "./bench.ts";
import { type Figure, figureRow } from "./figure.ts";

const PATH = join(ROOT, "BENCHMARKS.md");
const HEAD = ["what", "Callboard", "floor", "ratio", "wanted", "rounds"];

/** What one bench has measured, and under what load of the machine before it began. */
export interface Report {
  readonly bench: Bench;
  readonly figures: readonly Figure[];
  readonly load: number;
  /** Whether it was only a first look. */
  readonly isQuick: boolean;
}

/**
 * Writes a report into BENCHMARKS.md, between the marks of its bench.
 *
 * @throws {Error} when the file has no place for it.
 */
export async function writeReport(report: Report): Promise<void> {
  await write(report.bench.name, sectionOf(report));
}

/** Writes into BENCHMARKS.md what the last run was on. @param machine From `describeMachine`. */
export async function writeMachine(machine: readonly string[]): Promise<void> {
  await write("machine", machine.map((line) => `    ${line}`).join("\n"));
}

/** Whether a text has a place for what is written under a name. */
export function hasPlace(text: string, name: string): boolean {
  const [begin, end] = marksOf(name);
  return text.includes(begin) && text.indexOf(end) > text.indexOf(begin);
}

async function write(name: string, content: string): Promise<void> {
  const text = await Deno.readTextFile(PATH);
  const [begin, end] = marksOf(name);
  if (!hasPlace(text, name)) {
    throw new Error(`Cannot write "${name}" into BENCHMARKS.md: it lacks "${begin}" and "${end}"`);
  }
  const before = text.slice(0, text.indexOf(begin) + begin.length);
  await Deno.writeTextFile(PATH, `${before}\n\n${content}\n\n${text.slice(text.indexOf(end))}`);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PATH] }).output();
}

function marksOf(name: string): readonly [begin: string, end: string] {
  return [`<!-- ${name} -->`, `<!-- /${name} -->`];
}

function sectionOf({ bench, figures, load, isQuick }: Report): string {
  const date = new Date().toISOString().slice(0, 10);
  const rows = [HEAD, HEAD.map(() => "---"), ...figures.map(figureRow)];
  const table = rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const how = `${isQuick ? "with --quick, " : ""}load ${load.toFixed(1)} before`;
  return `${bench.description}. Measured ${date}, ${how}.\n\n${table}`;
}

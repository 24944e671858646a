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
 * Writes reports into BENCHMARKS.md, each between the marks of its bench; what stands there of
 * other benches stays.
 *
 * @throws {Error} when the file has no place for one.
 */
export async function writeMarkdown(
  machine: readonly string[],
  reports: readonly Report[],
): Promise<void> {
  let text = replaced(await Deno.readTextFile(PATH), "machine", codeOf(machine));
  for (const report of reports) text = replaced(text, report.bench.name, sectionOf(report));
  await Deno.writeTextFile(PATH, text);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PATH] }).output();
}

function sectionOf({ bench, figures, load, isQuick }: Report): string {
  const date = new Date().toISOString().slice(0, 10);
  const rows = [HEAD, HEAD.map(() => "---"), ...figures.map(figureRow)];
  const table = rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const how = `${isQuick ? "with --quick, " : ""}load ${load.toFixed(1)} before`;
  return `${bench.description}. Measured ${date}, ${how}.\n\n${table}`;
}

function codeOf(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join("\n");
}

function replaced(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`Cannot write "${name}" into BENCHMARKS.md: there is no "${begin}" … "${end}"`);
  }
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

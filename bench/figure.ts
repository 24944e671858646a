import { median } from "./statistics.ts";

/** What a figure has to reach: itself, or its ratio to the floor measured beside it. */
export interface Target {
  readonly of: "figure" | "ratio";
  readonly bound: "at most" | "at least";
  readonly value: number;
}

/** One thing measured, in several rounds. */
export interface Figure {
  readonly name: string;
  readonly unit: "ms" | "µs" | "tasks/s" | "steps/s" | "MB" | "KB" | "requests";
  /** One value a round, each the round's own median where it has many samples. */
  readonly values: readonly number[];
  /** What a round is, such as `"60 tasks"`. */
  readonly round: string;
  /** The same work done barely, measured in the same rounds. */
  readonly floor: { readonly name: string; readonly values: readonly number[] } | null;
  /** Null for a figure that only stands beside another. */
  readonly target: Target | null;
}

/** The figure over its floor, round by round: both saw the same noise. */
export function ratiosOf({ values, floor }: Figure): readonly number[] {
  return floor === null ? [] : values.map((value, i) => value / (floor.values[i] ?? NaN));
}

/** Null where a figure has no target. */
export function isMet(figure: Figure): boolean | null {
  const { target } = figure;
  if (target === null) return null;
  const reached = median(target.of === "ratio" ? ratiosOf(figure) : figure.values);
  return target.bound === "at most" ? reached <= target.value : reached >= target.value;
}

/** A figure in a few lines for people. */
export function describeFigure(figure: Figure): string {
  const { name, unit, values, round, floor, target } = figure;
  const lines = [
    name,
    `  figure  ${spread(values, unit)}, ${values.length} rounds of ${round}`,
  ];
  if (floor !== null) {
    lines.push(`  floor   ${spread(floor.values, unit)}, ${floor.name}`);
    lines.push(`  ratio   ${spread(ratiosOf(figure), "×")}, pairwise`);
  }
  if (target !== null) {
    const wanted = `${target.bound} ${target.value} ${targetUnit(figure)}`;
    lines.push(`  target  ${wanted}: ${isMet(figure) ? "met" : "NOT MET"}`);
  }
  return lines.join("\n");
}

/** A figure as a row of the table in BENCHMARKS.md. */
export function figureRow(figure: Figure): readonly string[] {
  const { name, unit, values, round, floor, target } = figure;
  const wanted = target === null ? "" : `${target.bound} ${target.value} ${targetUnit(figure)}`;
  return [
    name,
    spread(values, unit),
    floor === null ? "" : `${spread(floor.values, unit)}, ${floor.name}`,
    floor === null ? "" : spread(ratiosOf(figure), "×"),
    isMet(figure) === false ? `**${wanted}: missed**` : wanted,
    `${values.length} × ${round}`,
  ];
}

function targetUnit({ target, unit }: Figure): string {
  return target?.of === "ratio" ? "× floor" : unit;
}

function spread(values: readonly number[], unit: string): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${short(median(values))} ${unit} (${short(low)}–${short(high)})`;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

import type { Family, Sample } from "./prometheus.ts";

type Labels = readonly string[];

interface Naming {
  readonly name: string;
  readonly help: string;
  /** Names of the labels; each may only have values of a small closed set. */
  readonly labels?: Labels;
}

/** A number that only grows, for each combination of label values seen so far. */
export interface Counter extends Family {
  /** @param values One for each label, in their order. */
  add(values: Labels, by?: number): void;
}

/** How often values fell into each bucket, and their sum. */
export interface Histogram extends Family {
  observe(values: Labels, value: number): void;
}

const SEPARATOR = "\0";

export function createCounter({ name, help, labels = [] }: Naming): Counter {
  const totals = new Map<string, number>();
  if (labels.length === 0) totals.set("", 0);
  return {
    name,
    help,
    type: "counter",
    add(values, by = 1) {
      const key = values.join(SEPARATOR);
      totals.set(key, (totals.get(key) ?? 0) + by);
    },
    samples: () =>
      [...totals].map(([key, value]): Sample => ({ labels: labelsOf(labels, key), value })),
  };
}

/** @param bounds Upper bounds of the buckets, growing, without infinity. */
export function createHistogram(
  { name, help, labels = [] }: Naming,
  bounds: readonly number[],
): Histogram {
  const rows = new Map<string, { readonly counts: number[]; sum: number }>();
  return {
    name,
    help,
    type: "histogram",
    observe(values, value) {
      const key = values.join(SEPARATOR);
      const row = rows.get(key) ?? { counts: Array(bounds.length + 1).fill(0), sum: 0 };
      rows.set(key, row);
      const bucket = bounds.findIndex((bound) => value <= bound);
      const index = bucket === -1 ? bounds.length : bucket;
      row.counts[index] = (row.counts[index] ?? 0) + 1;
      row.sum += value;
    },
    samples: () =>
      [...rows].flatMap(([key, { counts, sum }]) =>
        histogramSamples(labelsOf(labels, key), [...bounds, Infinity], counts, sum)
      ),
  };
}

/** Buckets are cumulative: each counts what the ones before it hold as well. */
function histogramSamples(
  labels: Readonly<Record<string, string>>,
  bounds: readonly number[],
  counts: readonly number[],
  sum: number,
): Sample[] {
  let total = 0;
  const buckets = bounds.map((bound, i): Sample => {
    total += counts[i] ?? 0;
    const le = bound === Infinity ? "+Inf" : String(bound);
    return { suffix: "_bucket", labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { suffix: "_sum", labels, value: sum },
    { suffix: "_count", labels, value: total },
  ];
}

function labelsOf(names: Labels, key: string): Readonly<Record<string, string>> {
  const values = key.split(SEPARATOR);
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
}

/** A number as it is now. */
export function gauge({ name, help }: Naming, samples: readonly Sample[]): Family {
  return { name, help, type: "gauge", samples: () => samples };
}

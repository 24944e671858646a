/** One line of a scrape: `callboard_x_total{kind="wait"} 3`. */
export interface Scraped {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\+Inf|-Inf|NaN|[-+.\de]+)$/;
const PAIR = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;
const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];

/**
 * Reads Prometheus' text format 0.0.4, strictly.
 *
 * @throws {SyntaxError} for a line that is none, a sample without a TYPE before it, a name or a
 * combination of labels that is there twice, and a histogram whose buckets do not add up.
 */
export function parsePrometheus(text: string): readonly Scraped[] {
  if (!text.endsWith("\n")) throw new SyntaxError("The last line is not ended");
  const types = new Map<string, string>();
  const samples: Scraped[] = [];
  const seen = new Set<string>();
  for (const line of text.slice(0, -1).split("\n")) {
    const [mark, word, name = "", ...rest] = line.split(" ");
    if (mark !== "#") {
      const sample = parseSample(line);
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (familyOf(sample.name, types) === null) throw new SyntaxError(`No TYPE before: ${line}`);
      if (seen.has(key)) throw new SyntaxError(`Twice: ${line}`);
      seen.add(key);
      samples.push(sample);
    } else if (word === "TYPE") {
      if (types.has(name)) throw new SyntaxError(`Twice: ${line}`);
      if (!TYPES.includes(rest.join(" "))) throw new SyntaxError(`No type: ${line}`);
      types.set(name, rest.join(" "));
    } else if (word !== "HELP" || types.has(name)) throw new SyntaxError(`Not expected: ${line}`);
  }
  for (const [name, type] of types) if (type === "histogram") checkHistogram(name, samples);
  return samples;
}

function familyOf(name: string, types: ReadonlyMap<string, string>): string | null {
  if (types.has(name)) return types.get(name) === "histogram" ? null : name;
  const base = name.replace(/_(bucket|sum|count)$/, "");
  return types.get(base) === "histogram" ? base : null;
}

function parseSample(line: string): Scraped {
  const [, name, labels = "", value = ""] = LINE.exec(line) ?? [];
  if (name === undefined) throw new SyntaxError(`No sample: ${line}`);
  return { name, labels: parseLabels(labels), value: numberOf(value, line) };
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  let read = 0;
  while (read < text.length) {
    PAIR.lastIndex = read;
    const [pair, name = "", value = ""] = PAIR.exec(text) ?? [];
    if (pair === undefined || name in labels) throw new SyntaxError(`No labels: ${text}`);
    labels[name] = value.replace(/\\([\\"n])/g, (_, each) => each === "n" ? "\n" : each);
    read += pair.length;
  }
  return labels;
}

function numberOf(text: string, line: string): number {
  const value = text.endsWith("Inf") ? Number(text.replace("Inf", "Infinity")) : Number(text);
  if (Number.isNaN(value) && text !== "NaN") throw new SyntaxError(`No number: ${line}`);
  return value;
}

/** Buckets grow, in their order and in what they hold, up to what the count says. */
function checkHistogram(name: string, samples: readonly Scraped[]): void {
  for (const count of samples.filter((each) => each.name === `${name}_count`)) {
    const key = JSON.stringify(count.labels);
    const buckets = samples.filter(({ name: each, labels: { le: _, ...labels } }) =>
      each === `${name}_bucket` && JSON.stringify(labels) === key
    );
    const bounds = buckets.map(({ labels: { le = "" } }) => numberOf(le, name));
    const values = buckets.map(({ value }) => value);
    const isGrowing = (list: readonly number[]) =>
      list.every((x, i) => i === 0 || x >= list[i - 1]!);
    if (!isGrowing(bounds) || !isGrowing(values)) throw new SyntaxError(`${name} does not grow`);
    if (bounds.at(-1) !== Infinity || values.at(-1) !== count.value) {
      throw new SyntaxError(`${name} does not add up to ${count.value}`);
    }
  }
}

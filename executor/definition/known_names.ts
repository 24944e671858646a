import { quote } from "./quote.ts";

const MAX_LISTED = 10;

/** What there is of a kind of thing: `{ one: "step", many: "Steps", names: ["research"] }`. */
export interface KnownNames {
  readonly one: string;
  readonly many: string;
  readonly names: readonly string[];
}

/** `there is no step "reserch". Did you mean "research"?`, or else the names that there are. */
export function unknownName(name: string, { one, many, names }: KnownNames): string {
  const missing = `there is no ${one} ${quote(name)}`;
  const closest = closestName(name, names);
  if (closest !== undefined) return `${missing}. Did you mean "${closest}"?`;
  if (names.length === 0) return missing;
  const distinct = [...new Set(names)];
  const listed = distinct.slice(0, MAX_LISTED).map((known) => `"${known}"`).join(", ");
  return `${missing}. ${many} are ${listed}${distinct.length > MAX_LISTED ? ", …" : ""}`;
}

/** The name that was probably meant. */
export function closestName(name: string, names: readonly string[]): string | undefined {
  return names.find((known) => isClose(known, name));
}

/** At most two letters added, left out or changed, and fewer than half of them. */
function isClose(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 2) return false;
  const allowed = Math.min(2, Math.floor((Math.min(left.length, right.length) - 1) / 2));
  return allowed > 0 && distance(left, right) <= allowed;
}

/** Levenshtein's distance. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const changed = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

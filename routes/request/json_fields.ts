/** Far more than a body here has; to take half a million apart would hold everybody up. */
export const MAX_FIELDS = 1_000;
const MAX_DEPTH = 100;
/** Millions of empty ones fit into a body, and each is made into an object. */
const MAX_CONTAINERS = 10_000;

/**
 * What is wrong with the fields of a JSON text, as the end of a sentence; null where nothing is.
 * Of a field that stands twice in an object each program would take another one (RFC 8259, 4), so
 * that what one has checked another would not use. What is no JSON at all is left to its parser.
 */
export function fieldProblem(json: string): string | null {
  /** The names in each object that is open; null for a list. */
  const open: (Set<string> | null)[] = [];
  let count = 0;
  let containers = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") {
      if (++containers > MAX_CONTAINERS) return `has more than ${MAX_CONTAINERS} lists and objects`;
      if (open.push(character === "{" ? new Set() : null) > MAX_DEPTH) {
        return `has lists and objects within one another, more than ${MAX_DEPTH} deep`;
      }
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const end = endOfText(json, at);
      const names = open.at(-1);
      if (names && isName(json, end)) {
        if (++count > MAX_FIELDS) return `has more than ${MAX_FIELDS} fields`;
        const name = nameAt(json, at, end);
        if (names.has(name)) return `has the field ${JSON.stringify(name)} twice`;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return null;
}

/** Where a text that begins at `start` is over, or all of it. */
function endOfText(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1);; quote = json.indexOf('"', quote + 1)) {
    if (quote < 0) return json.length;
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

/** As it is meant: `"\u0061"` is the field `a`. */
function nameAt(json: string, start: number, end: number): string {
  const written = json.slice(start + 1, end - 1);
  if (!written.includes("\\")) return written;
  try {
    return String(JSON.parse(json.slice(start, end)));
  } catch {
    return written;
  }
}

function isName(json: string, end: number): boolean {
  let at = end;
  while (" \t\n\r".includes(json[at] ?? "x")) at++;
  return json[at] === ":";
}

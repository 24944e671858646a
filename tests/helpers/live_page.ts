import assert from "node:assert/strict";

/** Where an element stands in HTML: itself, and what is inside it. */
interface Range {
  readonly start: number;
  readonly innerStart: number;
  readonly innerEnd: number;
  readonly end: number;
}

const PARTIAL = /<hx-partial hx-target="#([\w-]+)" hx-swap="(\w+)">([^]*?)<\/hx-partial>/g;
const TITLE = /<title>([^]*?)<\/title>/;

/** Brings a page to where a message says, as htmx does. Every place it names has to be there. */
export function applyMessage(html: string, data: string): string {
  const titled = TITLE.test(data) ? html.replace(TITLE, () => TITLE.exec(data)?.[0] ?? "") : html;
  const rest = data.replace(TITLE, "").replaceAll(PARTIAL, "");
  assert.equal(rest.trim(), "", "a message is made of partials alone");
  return [...data.matchAll(PARTIAL)].reduce(
    (page, [, id = "", swap = "", content = ""]) => swapIn(page, { id, swap, content }),
    titled,
  );
}

function swapIn(
  html: string,
  { id, swap, content }: { readonly id: string; readonly swap: string; readonly content: string },
): string {
  const { start, innerStart, innerEnd, end } = rangeOf(html, id);
  switch (swap) {
    case "outerMorph":
    case "outerHTML":
      return html.slice(0, start) + content + html.slice(end);
    case "beforeend":
      return html.slice(0, innerEnd) + content + html.slice(innerEnd);
    case "innerHTML":
    case "textContent":
      return html.slice(0, innerStart) + content + html.slice(innerEnd);
    default:
      throw new assert.AssertionError({ message: `an unknown swap "${swap}"` });
  }
}

/** The element with an id, as HTML. */
export function elementById(html: string, id: string): string {
  const { start, end } = rangeOf(html, id);
  return html.slice(start, end);
}

/** The first element of this name and class, as HTML. */
export function elementByClass(html: string, name: string, className: string): string {
  const opening = new RegExp(`<${name}[^>]* class="${className}"[^>]*>`).exec(html);
  assert.ok(opening, `there is a <${name} class="${className}">`);
  const { start, end } = rangeAt(html, opening.index, name, opening[0].length);
  return html.slice(start, end);
}

function rangeOf(html: string, id: string): Range {
  const found = [...html.matchAll(new RegExp(`<([\\w-]+)(?:\\s[^>]*)?\\sid="${id}"[^>]*>`, "g"))];
  assert.equal(found.length, 1, `there is one element with the id "${id}"`);
  const [match] = found;
  return rangeAt(html, match?.index ?? 0, match?.[1] ?? "", match?.[0].length ?? 0);
}

function rangeAt(html: string, start: number, name: string, length: number): Range {
  const tags = new RegExp(`<(/?)${name}(?=[\\s>])[^>]*>`, "g");
  tags.lastIndex = start;
  for (let depth = 0, tag = tags.exec(html); tag !== null; tag = tags.exec(html)) {
    depth += tag[1] === "/" ? -1 : 1;
    if (depth > 0) continue;
    return { start, innerStart: start + length, innerEnd: tag.index, end: tags.lastIndex };
  }
  throw new assert.AssertionError({ message: `<${name}> is never closed` });
}

/** Where a page's changes come from; null where it follows none. */
export function eventsUrlOf(html: string): string | null {
  return /hx-sse:connect="([^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? null;
}

import { raw } from "hono/html";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\r": "&#13;",
  "\0": "\uFFFD",
  "\uFEFF": "&#65279;",
};

/**
 * Text as HTML that a parser turns back into the same characters, in a page as in a streamed
 * message: a bare carriage return would come out as a line break, or break the stream's framing.
 */
export function escapeExactly(text: string): string {
  return text.replace(/[&<>"'\r\0\uFEFF]/g, (character) => ENTITIES[character] ?? character);
}

/** The same as a child of an element. */
export function exact(text: string) {
  return raw(escapeExactly(text));
}

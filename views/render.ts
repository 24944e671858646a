/** What a component gives: Hono renders it to a string, unless something in it is awaited. */
interface Renderable {
  toString(): string | Promise<string>;
}

/** Views are pure and never wait, so they render at once. */
export function renderNow(element: Renderable): string {
  const html = element.toString();
  if (typeof html !== "string") throw new TypeError("Cannot render a view that waits");
  return html;
}

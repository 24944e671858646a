import { hx } from "./hx.ts";

/** Attributes of a link that brings another part of a list in place of the element with this id. */
export function partLink(href: string, id: string): Readonly<Record<string, string>> {
  const swap = "outerHTML show:top showTarget:window";
  return { href, ...hx({ get: href, target: `#${id}`, swap, pushUrl: true }) };
}

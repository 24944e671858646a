import { domIds } from "../dom_ids.ts";
import { partLink } from "../part_link.ts";

/** Attributes of a link that brings another part of the Task History into the same page. */
export function listLink(href: string): Readonly<Record<string, string>> {
  return partLink(href, domIds.taskList);
}

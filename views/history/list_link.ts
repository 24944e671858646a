import { domIds } from "../dom_ids.ts";
import { hx } from "../hx.ts";

/** Attributes of a link that brings another part of the Task History into the same page. */
export function listLink(href: string): Readonly<Record<string, string>> {
  return {
    href,
    ...hx({
      get: href,
      target: `#${domIds.taskList}`,
      swap: "outerHTML show:top showTarget:window",
      pushUrl: true,
    }),
  };
}

import type { ProbeHooks } from "./kv_probe.ts";

/** What happens at a commit point: it fails and nothing is written, or all is written and it fails. */
export type Fault = "before" | "after";

export const FAULTS: readonly Fault[] = ["before", "after"];

/** Hooks that spoil one commit: the one with this number, from 1, counted from now. */
export function faultAt(point: number, fault: Fault): ProbeHooks {
  let count = 0;
  return {
    async onCommit(_seen, commit) {
      if (++count !== point) return await commit();
      if (fault === "after") await commit();
      throw new Error(`Commit ${point} failed ${fault} it was applied`);
    },
  };
}

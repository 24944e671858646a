import type { KvAtomic } from "../../executor/store/kv.ts";
import type { FakeClock } from "./fake_clock.ts";
import type { KvProbe, ProbeHooks } from "./kv_probe.ts";

/**
 * What happens at a commit point: it fails and nothing is written (`before`); all is written and it
 * fails (`after`); it is written, and once more, and answered as the second time was, as by a client
 * that heard no answer to the first (`twice`); it reaches the database some seconds late (`late`),
 * or when a lease taken before it has run out (`too late`).
 */
export type Fault = "before" | "after" | "twice" | "late" | "too late";

/** The faults after which a commit throws. */
export const THROWN_FAULTS = ["before", "after"] as const satisfies readonly Fault[];
export const FAULTS = [
  ...THROWN_FAULTS,
  "twice",
  "late",
  "too late",
] as const satisfies readonly Fault[];

const LATE_MS = { late: 4_000, "too late": 11_000 };

type Commit = () => ReturnType<KvAtomic["commit"]>;

/** What a fault that takes its time needs. */
export interface FaultSetting {
  readonly kv: KvProbe;
  readonly clock: FakeClock;
}

/** Hooks that spoil one commit: the one with this number, from 1, counted from now. */
export function faultAt(point: number, fault: Fault, setting: FaultSetting): ProbeHooks {
  let count = 0;
  return {
    onCommit: (_seen, commit) =>
      ++count === point ? spoiled(commit, fault, setting, point) : commit(),
  };
}

/** Hooks that make one read fail: the one with this number, from 1, counted from now. */
export function readFaultAt(point: number): ProbeHooks {
  let count = 0;
  return {
    onRead: () =>
      ++count === point ? Promise.reject(new Error(`Read ${point} failed`)) : Promise.resolve(),
  };
}

async function spoiled(
  commit: Commit,
  fault: Fault,
  { kv, clock }: FaultSetting,
  point: number,
): ReturnType<Commit> {
  switch (fault) {
    case "before":
      throw new Error(`Commit ${point} failed before it was applied`);
    case "after":
      await commit();
      throw new Error(`Commit ${point} failed after it was applied`);
    case "twice":
      await commit();
      return await commit();
    case "late":
    case "too late":
      await kv.held(new Promise((resolve) => clock.after(LATE_MS[fault], resolve)));
      return await commit();
  }
}

import type { DueRecord } from "./records.ts";

/** Bytes of a row of the queue, at least. */
export const DUE_BYTES = 100;

/** What has gone wrong with the runs of a task since a step of it last came to its end. */
export interface Troubles {
  /** How often a process died with it, or lost the database. */
  readonly crashes: number;
  /** How often running it ended with an error that was no step's. */
  readonly errors: number;
  /** Whether, between two crashes, a process began that did not run it then. */
  readonly hasAlibi: boolean;
}

export const NO_TROUBLES: Troubles = { crashes: 0, errors: 0, hasAlibi: false };

/** @param record Null where the row could not be read: that counts as a crash. */
export function troublesOf(record: DueRecord | null): Troubles {
  if (record === null) return { ...NO_TROUBLES, crashes: 1 };
  const { crashes, errors = 0, hasAlibi = false } = record;
  return { crashes, errors, hasAlibi };
}

/** Where a task's item in the queue goes with a change. */
export type DueMove =
  | { readonly type: "stay" }
  | { readonly type: "remove" }
  | {
    readonly type: "move";
    readonly to: number;
    readonly record: DueRecord;
    /** Whether the task goes on holding its slot, where it has one. */
    readonly keepsSlot?: boolean;
  };

/** A task that has ended, or waits for a time, holds no slot; nor does it wait for one. */
export function keepsSlot(due: DueMove): boolean {
  return due.type === "stay" || (due.type === "move" && due.keepsSlot === true);
}

/** A row of the queue. */
export function dueRecord(
  status: DueRecord["status"],
  { crashes, errors, hasAlibi }: Troubles = NO_TROUBLES,
): DueRecord {
  return { status, crashes, ...(errors > 0 && { errors }), ...(hasAlibi && { hasAlibi }) };
}

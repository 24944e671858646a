import type { DueRecord } from "./records.ts";

/** Bytes of a row of the queue, at least. */
export const DUE_BYTES = 100;

/** What has gone wrong with the runs of a task since it last stood still in good order. */
export interface Troubles {
  readonly crashes: number;
  readonly errors: number;
}

/** @param record Null where the row could not be read: that counts as a crash. */
export function troublesOf(record: DueRecord | null): Troubles {
  if (record === null) return { crashes: 1, errors: 0 };
  return { crashes: record.crashes, errors: record.errors ?? 0 };
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
  { crashes, errors }: Troubles = { crashes: 0, errors: 0 },
): DueRecord {
  return { status, crashes, ...(errors > 0 && { errors }) };
}

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

/** A row of the queue. */
export function dueRecord(
  status: DueRecord["status"],
  { crashes, errors }: Troubles = { crashes: 0, errors: 0 },
): DueRecord {
  return { status, crashes, ...(errors > 0 && { errors }) };
}

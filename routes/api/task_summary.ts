import type { TaskRow } from "../../executor/mod.ts";

/** A task as lists give it. */
export function taskSummary({ createdAt, startedAt, finishedAt, ...row }: TaskRow) {
  const isOver = startedAt !== null && finishedAt !== null;
  return {
    ...row,
    createdAt: iso(createdAt),
    startedAt: startedAt === null ? null : iso(startedAt),
    finishedAt: finishedAt === null ? null : iso(finishedAt),
    durationMs: isOver ? Math.max(0, finishedAt - startedAt) : null,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

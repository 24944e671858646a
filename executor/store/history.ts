import type { TaskPage, TaskRow } from "../task.ts";
import type { Database } from "./database.ts";
import { type HistoryFilter, keys } from "./keys.ts";
import { type PageQuery, Pages, rowsOf } from "./pages.ts";
import { TaskRowRecord } from "./records.ts";

/** Which page of the history: a filter, a size, and at most one cursor (a task id). */
export interface HistoryQuery extends HistoryFilter, PageQuery {}

/** Reads of the task history: one range read a page, whatever its depth. */
export type History = ReturnType<typeof createHistory>;

export function createHistory({ kv }: Database) {
  const pages = new Pages<TaskRow>(kv, (value) => TaskRowRecord.safeParse(value).data ?? null);

  return {
    page(query: HistoryQuery): Promise<TaskPage> {
      return pages.read(keys.history(query), query);
    },

    /**
     * The oldest rows, or the oldest that are newer than the task `after`. `next` is where to go on:
     * null where there are no more. Rows that cannot be read are left out.
     */
    async oldest(
      limit: number,
      after?: string,
    ): Promise<{ readonly rows: TaskRow[]; readonly next: string | null }> {
      const prefix = keys.history({});
      const selector = after === undefined
        ? { prefix }
        : { prefix, start: [...prefix, `${after}\0`] };
      const found = await pages.entries(selector, { limit });
      return { rows: rowsOf(found), next: found.length < limit ? null : found.at(-1)?.id ?? null };
    },

    /** How many tasks are newer than `since`, counted up to `limit`. */
    async countAfter(filter: HistoryFilter, since: string, limit: number): Promise<number> {
      const prefix = keys.history(filter);
      const start = [...prefix, `${since}\0`];
      let count = 0;
      for await (const _ of kv.list({ prefix, start }, { limit, batchSize: limit })) count++;
      return count;
    },
  };
}

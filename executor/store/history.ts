import type { TaskPage, TaskRow } from "../task.ts";
import type { Database } from "./database.ts";
import { type HistoryFilter, keys } from "./keys.ts";
import { TaskRowRecord } from "./records.ts";

/** Which page of the history: a filter, a size, and at most one cursor (a task id). */
export interface HistoryQuery extends HistoryFilter {
  readonly limit: number;
  /** Only rows older than this task. */
  readonly before?: string;
  /** Only rows newer than this task: those nearest to it. */
  readonly after?: string;
}

/** A row as it stands in an index; null where it makes no sense, which hides no other. */
interface Entry {
  readonly id: string;
  readonly row: TaskRow | null;
}

/** Reads of the task history: one range read a page, whatever its depth. */
export type History = ReturnType<typeof createHistory>;

export function createHistory({ kv }: Database) {
  async function entries(
    selector: Deno.KvListSelector,
    options: { readonly limit: number; readonly reverse?: boolean },
  ): Promise<Entry[]> {
    const found: Entry[] = [];
    const wanted = { ...options, batchSize: options.limit };
    for await (const { key, value } of kv.list(selector, wanted)) {
      found.push({ id: String(key.at(-1)), row: TaskRowRecord.safeParse(value).data ?? null });
    }
    return found;
  }

  /** The newest rows, or the newest that are older than `before`. */
  async function pageBefore(query: HistoryQuery): Promise<TaskPage> {
    const prefix = keys.history(query);
    const { before, limit } = query;
    const selector = before === undefined ? { prefix } : { prefix, end: [...prefix, before] };
    const found = await entries(selector, { limit: limit + 1, reverse: true });
    const page = found.slice(0, limit);
    const isFirst = before === undefined || !await hasRowFrom(prefix, before);
    return {
      rows: rowsOf(page),
      older: found.length > limit ? page.at(-1)?.id ?? null : null,
      newer: isFirst ? null : page[0]?.id ?? before,
    };
  }

  async function hasRowFrom(prefix: Deno.KvKey, taskId: string): Promise<boolean> {
    const found = await entries({ prefix, start: [...prefix, taskId] }, { limit: 1 });
    return found.length > 0;
  }

  /** The rows just newer than `after`; where they reach the top, the first page, so that it is full. */
  async function pageAfter(query: HistoryQuery, after: string): Promise<TaskPage> {
    const prefix = keys.history(query);
    const start = [...prefix, `${after}\0`];
    const found = await entries({ prefix, start }, { limit: query.limit + 1 });
    if (found.length <= query.limit) return await pageBefore({ ...query, before: undefined });
    const page = found.slice(0, query.limit).reverse();
    const [newest, oldest] = [page[0]?.id ?? null, page.at(-1)?.id ?? after];
    return {
      rows: rowsOf(page),
      older: await hasRowBefore(prefix, oldest) ? oldest : null,
      newer: newest,
    };
  }

  async function hasRowBefore(prefix: Deno.KvKey, taskId: string): Promise<boolean> {
    const found = await entries({ prefix, end: [...prefix, taskId] }, { limit: 1 });
    return found.length > 0;
  }

  return {
    page(query: HistoryQuery): Promise<TaskPage> {
      return query.after === undefined ? pageBefore(query) : pageAfter(query, query.after);
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
      const found = await entries(selector, { limit });
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

function rowsOf(entries: readonly Entry[]): TaskRow[] {
  return entries.flatMap(({ row }) => row ?? []);
}

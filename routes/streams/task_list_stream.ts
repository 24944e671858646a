import { goneRows, newTasks, rowChanges } from "../../views/history/live.tsx";
import type { TaskRow } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { paths, type TaskListQuery } from "../paths.ts";
import { encodeMessage, GONE_MESSAGE, type Hold, type StreamReader } from "./event_stream.ts";

/** More new tasks than this are not counted one by one. */
const MAX_COUNTED = 99;
const FRAME_MS = 100;

/** What one reader of the history looks at. */
export interface TaskListView {
  readonly query: TaskListQuery;
  /** The tasks that ran when the page was rendered. */
  readonly rows: readonly string[];
  /** The newest task there was when the page was rendered. */
  readonly since: string;
}

/** Tells a reader of the history when a running row of theirs changes, and how many tasks are new. */
export function followTaskList(deps: Deps, view: TaskListView, hold?: Hold): Response {
  const { executor, streams } = deps;
  const feed = createFeed(deps, view);
  const unwatch = executor.tasks.watchRows(feed.changed, feed.changedElsewhere);
  return streams.open({
    topic: "history",
    right: hold && { hold, farewell: GONE_MESSAGE },
    onOpen: feed.start,
    onCaughtUp: feed.start,
    onClose: unwatch,
  });
}

function createFeed(deps: Deps, { query, rows, since }: TaskListView) {
  const { executor, now, after, onError } = deps;
  const changed = new Set<string>();
  /** Rows as the reader was sent them. */
  const sent = new Map<string, TaskRow>();
  const filter = { status: query.status, app: query.app };
  let reader: StreamReader | null = null;
  /** The count it was told; null where it may show any. */
  let told: number | null = null;
  let mayHaveNew = false;
  let isBusy = false;

  function refresh(): void {
    if (isBusy || reader === null || (changed.size === 0 && !mayHaveNew)) return;
    isBusy = true;
    send(reader).catch((error) => {
      onError(error, "history stream");
      reader?.close();
    });
  }

  async function send(to: StreamReader): Promise<void> {
    const data = await changedRows() + await newCount();
    if (data !== "") to.send(encodeMessage({ data }));
    after(FRAME_MS, () => {
      isBusy = false;
      refresh();
    });
  }

  async function changedRows(): Promise<string> {
    const ids = [...changed];
    changed.clear();
    const found = await Promise.all(ids.map((id) => executor.tasks.readRow(id)));
    const fresh = found.filter((row): row is TaskRow => row !== null && !isSent(row));
    for (const row of fresh) sent.set(row.id, row);
    const gone = ids.filter((_, i) => found[i] === null);
    return rowChanges(fresh, { now: now(), timeZone: "UTC" }) + goneRows(gone);
  }

  function isSent({ id, status, startedAt }: TaskRow): boolean {
    const before = sent.get(id);
    return before?.status === status && before.startedAt === startedAt;
  }

  async function newCount(): Promise<string> {
    if (!mayHaveNew) return "";
    mayHaveNew = false;
    const count = await executor.tasks.countAfter(filter, since, MAX_COUNTED + 1);
    if (count === told) return "";
    told = count;
    const href = paths.tasks({ ...filter, limit: query.limit });
    return newTasks(Math.min(count, MAX_COUNTED), count > MAX_COUNTED, href);
  }

  function lookAtAll(): void {
    for (const id of rows) {
      if ((sent.get(id)?.status ?? "running") === "running") changed.add(id);
    }
    mayHaveNew = true;
    refresh();
  }

  return {
    /** Brings a reader up to date who has just come, or has missed messages. */
    start(newReader: StreamReader): void {
      reader = newReader;
      told = null;
      sent.clear();
      lookAtAll();
    },
    changedElsewhere: lookAtAll,
    changed(row: TaskRow): void {
      if (rows.includes(row.id)) changed.add(row.id);
      if (row.id > since) mayHaveNew = true;
      refresh();
    },
  };
}

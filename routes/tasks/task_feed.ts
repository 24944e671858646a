import { Hono } from "hono";
import { z } from "zod";
import { TASK_STATUSES, type TaskRow } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { uuidOfId } from "../id_bits.ts";
import { DEFAULT_LIMIT, LIST_FILTERS, parseQuery } from "../request/list_query.ts";
import { paths } from "../paths.ts";
import { siteOrigin } from "../request/site_origin.ts";

const FeedQuery = z.object(LIST_FILTERS);
const STATUS_WORDS: Record<typeof TASK_STATUSES[number], string> = {
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** The newest tasks as an Atom feed (RFC 4287), with the filters of the Task History. */
export function taskFeedRoutes(deps: Deps): Hono {
  const { tasks } = deps.executor;
  return new Hono().get("/tasks.atom", async (c) => {
    const query = parseQuery(c, FeedQuery);
    const { rows } = await tasks.list({ ...query, limit: query.limit ?? DEFAULT_LIMIT });
    const origin = siteOrigin(c, deps);
    return c.body(
      feedOf(rows, { origin, path: paths.taskFeed(query), page: paths.tasks(query) }),
      200,
      {
        "Content-Type": "application/atom+xml; charset=utf-8",
        "Cache-Control": "no-store",
      },
    );
  });
}

interface FeedPlace {
  readonly origin: string;
  /** Of the feed itself. */
  readonly path: string;
  /** Of the page that shows the same. */
  readonly page: string;
}

function feedOf(rows: readonly TaskRow[], { origin, path, page }: FeedPlace): string {
  const updated = Math.max(0, ...rows.map(updatedAt));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${xml(origin + path)}</id>
<title>Callboard tasks</title>
<updated>${iso(updated)}</updated>
<author><name>Callboard</name></author>
<link rel="self" type="application/atom+xml" href="${xml(origin + path)}"/>
<link rel="alternate" type="text/html" href="${xml(origin + page)}"/>
${rows.map((row) => entryOf(row, origin)).join("")}</feed>
`;
}

/** Named by its task's id wherever the server stands, so that no reader shows it twice. */
function entryOf(row: TaskRow, origin: string): string {
  const { id, app, status, createdAt } = row;
  return `<entry>
<id>urn:uuid:${uuidOfId(id)}</id>
<title>${xml(`${app.name}: ${STATUS_WORDS[status].toLowerCase()}`)}</title>
<published>${iso(createdAt)}</published>
<updated>${iso(updatedAt(row))}</updated>
<link rel="alternate" type="text/html" href="${xml(origin + paths.task(id))}"/>
<category term="${status}" label="${STATUS_WORDS[status]}"/>
<summary>${xml(`Task ${id} of ${app.name}, version ${app.version}`)}</summary>
</entry>
`;
}

function updatedAt({ createdAt, startedAt, finishedAt }: TaskRow): number {
  return finishedAt ?? startedAt ?? createdAt;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text for XML 1.0, where some characters may not stand however they are written. */
function xml(text: string): string {
  return text.toWellFormed()
    .replace(/[^\P{Cc}\t\n\r]|\ufffe|\uffff/gu, "\uFFFD")
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

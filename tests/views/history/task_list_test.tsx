import assert from "node:assert/strict";
import { ORIGIN_KINDS } from "../../../executor/task.ts";
import { HistoryPage } from "../../../views/history/history_page.tsx";
import { TaskList, type TaskListProps } from "../../../views/history/task_list.tsx";
import { ANYBODY, context, count, HOSTILE, htmlOf, taskRow } from "../samples.ts";

const apps = [{ id: "app_1", name: "Echo" }, { id: "app_2", name: "Digest" }];

function render(changes: Partial<TaskListProps> = {}): string {
  return htmlOf(
    <TaskList
      context={context}
      page={{ rows: [taskRow()], older: null, newer: null }}
      query={{}}
      apps={apps}
      eventsUrl="/tasks/events?since=tsk_1"
      {...changes}
    />,
  );
}

function renderRow(changes: Parameters<typeof taskRow>[0]): string {
  return render({ page: { rows: [taskRow(changes)], older: null, newer: null } });
}

Deno.test("TaskList shows a task's id, status, origin, time and duration", () => {
  const html = render();
  assert.match(html, /<tr id="row-tsk_01m81t3n1rcjyp7mnbdrv3jw5d">/);
  assert.match(html, /href="\/tasks\/tsk_01m81t3n1rcjyp7mnbdrv3jw5d"/);
  assert.match(html, /status--badge" data-status="completed">[^]*?Completed<\/span>/);
  assert.match(html, /href="\/tasks\?app=app_1" title="Show only tasks of Echo">Echo<\/a>/);
  assert.match(html, /datetime="2026-11-22T14:21:07.000Z"[^>]*>22 Nov, 14:21:07<\/time>/);
  assert.match(html, /<td class="cell-dur num muted">4.8 s<\/td>/);
});

Deno.test("TaskList counts on for a running task and not for one that has not begun", () => {
  const running = { status: "running", finishedAt: null } as const;
  assert.match(renderRow(running), /data-clock="40000">0:40</);
  assert.match(renderRow({ ...running, startedAt: null }), /<td class="cell-dur num">–<\/td>/);
});

Deno.test("TaskList marks what started a task, unless it was a person", () => {
  for (const kind of ORIGIN_KINDS) {
    const html = renderRow({ origin: { kind } });
    assert.equal(html.includes(`class="via"`), kind !== "person", kind);
  }
  assert.match(renderRow({ origin: { kind: "api" } }), /<\/svg>API<\/span>/);
});

Deno.test("TaskList leads on by cursor and keeps filters and size", () => {
  const html = render({
    page: { rows: [taskRow()], newer: "tsk_n", older: "tsk_o" },
    query: { status: "failed", app: "app_1", limit: 10, before: "tsk_x" },
  });
  const base = "/tasks?status=failed&amp;app=app_1&amp;limit=10";
  assert.match(html, new RegExp(`rel="prev" href="${escape(`${base}&amp;after=tsk_n`)}"`));
  assert.match(html, new RegExp(`rel="next" href="${escape(`${base}&amp;before=tsk_o`)}"`));
  assert.match(html, /hx-target="#task-list" hx-swap="outerHTML show:top showTarget:window"/);
});

Deno.test("TaskList keeps the place of a page that is not there, without a link", () => {
  const html = render();
  assert.equal(count(html, `role="link" aria-disabled="true"`), 2);
  assert.doesNotMatch(html, /rel="(prev|next)"/);
});

Deno.test("TaskList filters by status and by app, from the first page", () => {
  const html = render({ query: { status: "running", app: "app_2", limit: 5, after: "tsk_x" } });
  assert.match(html, /href="\/tasks\?app=app_2&amp;limit=5"[^>]*>All<\/a>/);
  assert.match(
    html,
    /href="\/tasks\?status=running&amp;app=app_2&amp;limit=5"[^>]*aria-current="true"[^>]*>Running/,
  );
  assert.match(html, /App <b>Digest<\/b>/);
  assert.match(html, /href="\/tasks\?status=running&amp;limit=5"[^>]*>All apps<\/a>/);
  assert.equal(count(html, `aria-current="true"`), 2);
});

Deno.test("TaskList shows a filter by an app that is gone", () => {
  assert.match(render({ query: { app: "app_9" } }), /App <b>app_9<\/b>/);
});

Deno.test("TaskList follows one stream and ends with it", () => {
  const html = render();
  assert.equal(count(html, "hx-sse:connect="), 1);
  assert.match(html, /hx-sse:connect="\/tasks\/events\?since=tsk_1"/);
  assert.match(html, /hx-sse:close="done"/);
  assert.match(html, /<div role="status" id="new-tasks"><\/div>/);
});

Deno.test("TaskList says that there is no task, and that none passes the filter", () => {
  const page = { rows: [], older: null, newer: null };
  const empty = render({ page });
  assert.match(empty, /No tasks yet\.[^]*href="\/playground">Choose an app/);
  assert.doesNotMatch(empty, /class="filters"|class="pager"/);
  const reader = { ...ANYBODY, may: { ...ANYBODY.may, run: false } };
  const toViewer = render({ page, context: { ...context, reader } });
  assert.match(toViewer, /No tasks yet\./);
  assert.doesNotMatch(toViewer, /Choose an app|Run one/);
  const filtered = render({ page, query: { status: "failed", app: "app_1", limit: 5 } });
  assert.match(filtered, /<p>No failed tasks of this app\.<\/p>/);
  assert.match(filtered, /class="filters"[^]*href="\/tasks\?limit=5">Show all tasks/);
  assert.match(
    render({ page, query: { before: "tsk_1" } }),
    /No tasks in this part of the history\./,
  );
});

Deno.test("TaskList shows hostile text as text", () => {
  const html = render({
    page: {
      rows: [taskRow({ app: { id: "app_1", name: HOSTILE, version: 1 } })],
      older: null,
      newer: null,
    },
    apps: [{ id: "app_1", name: HOSTILE }],
    query: { app: "app_1" },
  });
  assert.doesNotMatch(html, /<script|<hx-|"'>/);
});

Deno.test("HistoryPage puts the list into the frame", () => {
  const html = htmlOf(
    <HistoryPage
      context={context}
      list={{
        context,
        page: { rows: [], older: null, newer: null },
        query: {},
        apps,
        eventsUrl: "/tasks/events",
      }}
    />,
  );
  assert.match(html, /^<!doctype html>[^]*<title>Task History – Callboard<\/title>/);
  assert.match(html, /href="\/tasks" aria-current="page"/);
  assert.equal(count(html, "<h1>"), 1);
});

function escape(text: string): string {
  return text.replace(/[?.+]/g, "\\$&");
}

import assert from "node:assert/strict";
import { goneRows, newTasks, rowChanges } from "../../../views/history/live.tsx";
import { TaskTableRow } from "../../../views/history/task_table_row.tsx";
import { context, count, HOSTILE, htmlOf, taskRow } from "../samples.ts";

Deno.test("rowChanges replaces each row by the row of a fresh page", () => {
  const rows = [taskRow({ id: "tsk_a" }), taskRow({ id: "tsk_b", status: "failed" })];
  const html = rowChanges(rows, context);
  assert.equal(count(html, "<hx-partial"), 2);
  for (const row of rows) {
    const fresh = htmlOf(<TaskTableRow row={row} context={context} />);
    assert.ok(
      html.includes(
        `<hx-partial hx-target="#row-${row.id}" hx-swap="outerMorph">${fresh}</hx-partial>`,
      ),
    );
  }
  assert.equal(rowChanges([], context), "");
});

Deno.test("rowChanges lets no name of an app become markup", () => {
  const html = rowChanges([taskRow({ app: { id: "app_1", name: HOSTILE, version: 1 } })], context);
  assert.equal(count(html, "<hx-partial"), 1);
  assert.doesNotMatch(html, /<script|"'>/);
});

Deno.test("goneRows says in the rows themselves that their tasks are gone", () => {
  assert.equal(
    goneRows(["tsk_a"]),
    '<hx-partial hx-target="#row-tsk_a" hx-swap="innerHTML">' +
      '<td class="muted" colspan="5">Deleted</td></hx-partial>',
  );
  assert.equal(goneRows([]), "");
});

Deno.test("newTasks says how many and leads to the first page", () => {
  const html = newTasks(3, false, "/tasks?status=failed");
  assert.match(html, /^<hx-partial hx-target="#new-tasks" hx-swap="innerHTML">/);
  assert.match(html, /href="\/tasks\?status=failed"[^]*<\/svg>3 new tasks<\/a>/);
  assert.match(newTasks(1, false, "/tasks"), /<\/svg>1 new task<\/a>/);
  assert.match(newTasks(1, true, "/tasks"), /<\/svg>1\+ new tasks<\/a>/);
  assert.match(newTasks(100, true, "/tasks"), /<\/svg>100\+ new tasks<\/a>/);
});

Deno.test("newTasks takes the notice away when nothing is new", () => {
  assert.equal(
    newTasks(0, false, "/tasks"),
    `<hx-partial hx-target="#new-tasks" hx-swap="innerHTML"></hx-partial>`,
  );
});

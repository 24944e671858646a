import type { AppSummary } from "../../executor/app.ts";
import { Definition, InputDefinition } from "../../executor/definition/schema.ts";
import type { TaskRow } from "../../executor/task.ts";
import type { PageContext, Reader } from "../../views/page_context.ts";
import { renderNow } from "../../views/render.ts";

/** Text that does harm wherever it is not shown as text. */
export const HOSTILE = `"'><script>alert(1)</script><hx-partial hx-target="body">&amp;`;

/** Somebody where there is no access control. */
export const ANYBODY: Reader = {
  name: null,
  may: { read: true, run: true, edit: true, own: true, admin: true },
};

export const context: PageContext = {
  now: Date.UTC(2026, 10, 22, 14, 21, 48),
  timeZone: "UTC",
  assets: {
    stylesheet: "/static/1/style.css",
    sideStylesheet: "/static/1/side.css",
    dialogScript: "/d.js",
    scripts: [],
  },
  reader: ANYBODY,
};

export function taskRow(changes: Partial<TaskRow> = {}): TaskRow {
  return {
    id: "tsk_01m81t3n1rcjyp7mnbdrv3jw5d",
    status: "completed",
    app: { id: "app_1", name: "Echo", version: 3 },
    origin: { kind: "person" },
    createdAt: context.now - 41_000,
    startedAt: context.now - 40_000,
    finishedAt: context.now - 35_200,
    ...changes,
  };
}

export function appSummary(changes: Partial<AppSummary> = {}): AppSummary {
  return {
    id: "app_1",
    name: "Echo",
    description: "Gives back what it was given",
    version: 3,
    savedAt: context.now - 60_000,
    kindLabels: ["Template", "Wait"],
    stepCount: 2,
    lastTask: null,
    ...changes,
  };
}

export const inputs: readonly InputDefinition[] = [
  { name: "brief", label: "Brief", type: "multiline", required: true, help: "What it is about" },
  { name: "readers", label: "Readers", type: "select", options: ["Everybody", "Children"] },
  { name: "words", label: "Length", type: "number", min: 100, max: 4000 },
  { name: "source", label: "Source", type: "url", required: true },
  { name: "title", label: "Title", type: "text", maxLength: 3000, help: "Any words" },
  { name: "check", label: "Check facts", type: "checkbox" },
].map((input) => InputDefinition.parse(input));

export const definition: Definition = Definition.parse({
  name: "Echo",
  description: "Gives back what it was given",
  inputs,
  steps: ["one", "two", "three"].map((id) => ({ id, name: `Step ${id}`, kind: "template" })),
  outputs: [{ name: "text", label: "Text", type: "markdown", template: "{{ steps.one.output }}" }],
});

/** How often a text stands in another. */
export function count(html: string, text: string): number {
  return html.split(text).length - 1;
}

/** A component's HTML, without the spaces and the empty values that differ between attributes. */
export function htmlOf(element: Parameters<typeof renderNow>[0]): string {
  return renderNow(element).replaceAll(/ >/g, ">").replaceAll(
    / (hidden|checked|selected|readonly|autofocus)=""/g,
    " $1",
  ).replaceAll("/>", ">");
}

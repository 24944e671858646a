import type { StepDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { documentTitle } from "../frame.tsx";
import type { TimeContext } from "../page_context.ts";
import { renderNow } from "../render.ts";
import { escapeExactly } from "../text/exact.ts";
import { isUnchanged, type Region, REGIONS, stepRegion } from "./regions.tsx";
import { taskTitle } from "./task_title.ts";
import type { TaskView } from "./task_view.ts";
import { addedText, writtenTitle } from "./written_text.ts";

/** Brings the whole live part of a task's page to this state, from any other, in one message. */
export function taskSnapshot(view: TaskView, now: number): string {
  const regions = [...REGIONS, ...view.detail.steps.map(({ number }, i) => stepRegion(i, number))];
  const context = contextAt(now);
  return title(view) + regions.map((region) => whole(region, view, context)).join("");
}

/**
 * What brings the page from one state to the next: the regions whose data differ, and text that was
 * only added as additions. Null when nothing that shows has changed.
 */
export function taskChanges(previous: TaskView, next: TaskView, now: number): string | null {
  const context = contextAt(now);
  const changes = [
    taskTitle(previous.detail) === taskTitle(next.detail) ? "" : title(next),
    ...REGIONS.map((region) =>
      isUnchanged(region, previous, next) ? "" : whole(region, next, context)
    ),
    ...next.detail.steps.map((_, index) => stepChange(previous, next, index, context)),
  ].join("");
  return changes === "" ? null : changes;
}

/** Messages are shared by all readers; each browser puts the times into its own zone. */
function contextAt(now: number): TimeContext {
  return { now, timeZone: "UTC" };
}

function stepChange(previous: TaskView, next: TaskView, index: number, context: TimeContext) {
  const [before, after] = [previous.detail.steps[index], next.detail.steps[index]];
  if (after === undefined) return "";
  const region = stepRegion(index, after.number);
  if (before === undefined || !isUnchanged(region, previous, next)) {
    return whole(region, next, context);
  }
  return writtenChange(before, after) ?? whole(region, next, context);
}

/** The change of the streamed text alone; null where it has to be shown anew. */
function writtenChange(before: StepDetail, after: StepDetail): string | null {
  if (after.written === null || before.written === null || after.state.status === "completed") {
    return "";
  }
  const added = addedText(before.written, after.written);
  if (added === null || added === "") return added;
  const words = writtenTitle(after.written, after.state.status);
  return partial(domIds.stepWritten(after.number), "beforeend", escapeExactly(added)) +
    partial(domIds.stepWords(after.number), "textContent", escapeExactly(words));
}

function whole(region: Region, view: TaskView, context: TimeContext): string {
  return partial(region.id, "outerMorph", asParsed(renderNow(region.render(view, context))));
}

/** As a page's parser reads it: in a stream a bare carriage return would end a line, NUL an id. */
function asParsed(html: string): string {
  return html.replace(/\r\n?/g, "\n").replaceAll("\0", "");
}

function partial(id: string, swap: "outerMorph" | "beforeend" | "textContent", html: string) {
  return `<hx-partial hx-target="#${id}" hx-swap="${swap}">${html}</hx-partial>`;
}

function title(view: TaskView): string {
  return `<title>${escapeExactly(documentTitle(taskTitle(view.detail)))}</title>`;
}

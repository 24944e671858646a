import type { StepDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { documentTitle } from "../frame.tsx";
import type { TimeContext } from "../page_context.ts";
import { renderNow } from "../render.ts";
import { escapeExactly } from "../text/exact.ts";
import { isSameData } from "./same_data.ts";
import { Step, type StepProps } from "./step.tsx";
import { addedText, writtenTitle } from "./written_text.ts";

/** A page of a task that changes by itself, part by part. */
export interface LivePage<View> {
  readonly title: (view: View) => string;
  /** Its parts, but for the steps. */
  readonly regions: readonly Region<View>[];
  readonly steps: (view: View) => readonly StepDetail[];
  /** What the place of a step is made of. */
  readonly stepProps: (view: View, step: StepDetail) => Omit<StepProps, "context">;
}

/** A part of a page that changes by itself. */
export interface Region<View> {
  /** The id of its element. */
  readonly id: string;
  /** What it shows, without what a clock adds. */
  readonly data: (view: View) => unknown;
  readonly render: (view: View, context: TimeContext) => { toString(): string };
}

/** Brings the whole live part of a page to this state, from any other, in one message. */
export function snapshotOf<View>(page: LivePage<View>, view: View, now: number): string {
  const context = contextAt(now);
  const parts = [...page.regions, ...page.steps(view).map((step, i) => stepRegion(page, step, i))];
  return title(page, view) + parts.map((region) => whole(region, view, context)).join("");
}

/**
 * What brings a page from one state to the next: the regions whose data differ, and text that was
 * only added as additions. Null when nothing that shows has changed.
 */
export function changesOf<View>(
  page: LivePage<View>,
  previous: View,
  next: View,
  now: number,
): string | null {
  const context = contextAt(now);
  const before = page.steps(previous);
  const changes = [
    page.title(previous) === page.title(next) ? "" : title(page, next),
    ...page.regions.map((region) =>
      isUnchanged(region, previous, next) ? "" : whole(region, next, context)
    ),
    ...page.steps(next).map((step, i) => {
      const region = stepRegion(page, step, i);
      const old = before[i];
      if (old === undefined || !isUnchanged(region, previous, next)) {
        return whole(region, next, context);
      }
      return writtenChange(old, step) ?? whole(region, next, context);
    }),
  ].join("");
  return changes === "" ? null : changes;
}

/** Messages are shared by all readers; each browser puts the times into its own zone. */
function contextAt(now: number): TimeContext {
  return { now, timeZone: "UTC" };
}

/** The region of the step at this place; its streamed text is not in its data. */
function stepRegion<View>(
  page: LivePage<View>,
  { number }: StepDetail,
  index: number,
): Region<View> {
  const propsAt = (view: View) => {
    const step = page.steps(view)[index];
    return step === undefined ? null : page.stepProps(view, step);
  };
  return {
    id: domIds.step(number),
    data: (view) => {
      const props = propsAt(view);
      return props && { ...props, step: { ...props.step, written: props.step.written?.attempt } };
    },
    render: (view, context) => {
      const props = propsAt(view);
      return props === null ? "" : <Step {...props} context={context} />;
    },
  };
}

/** Whether a region shows the same in both. */
function isUnchanged<View>(region: Region<View>, previous: View, next: View): boolean {
  return isSameData(region.data(previous), region.data(next));
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

function whole<View>(region: Region<View>, view: View, context: TimeContext): string {
  return partial(region.id, "outerMorph", asParsed(renderNow(region.render(view, context))));
}

/** As a page's parser reads it: in a stream a bare carriage return would end a line, NUL an id. */
function asParsed(html: string): string {
  return html.replace(/\r\n?/g, "\n").replaceAll("\0", "");
}

/** A change of one place of a page, in a message. */
export function partial(
  id: string,
  swap: "outerMorph" | "outerHTML" | "beforeend" | "textContent",
  html: string,
): string {
  return `<hx-partial hx-target="#${id}" hx-swap="${swap}">${html}</hx-partial>`;
}

/** A change of the page's title, in a message. */
export function titleChange(text: string): string {
  return `<title>${escapeExactly(documentTitle(text))}</title>`;
}

function title<View>(page: LivePage<View>, view: View): string {
  return titleChange(page.title(view));
}

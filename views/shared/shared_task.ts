import type { ShownPart } from "../../executor/link.ts";
import type { InputDetail, OutputDetail, TaskDetail } from "../../executor/task.ts";
import type { StepsHeadDetail } from "../task/steps_head.tsx";
import type { RenderMarkdown } from "../text/markdown.ts";

/**
 * A task as a link shows it. What was not chosen is not in here at all: then there are no inputs, no
 * steps, no outputs.
 */
export interface SharedTask extends StepsHeadDetail, Pick<TaskDetail, "closedAt" | "levels"> {
  readonly show: readonly ShownPart[];
  readonly inputs: readonly InputDetail[];
  readonly outputs: readonly OutputDetail[];
  /** Null where it did not fail. */
  readonly fault: SharedFault | null;
}

/** Where a link's page goes on by itself: it says there that its reader has been counted. */
export const SEEN_ADDRESS = "?after=";

/** Why it failed; without a message where that would tell of what is not shown. */
export interface SharedFault {
  readonly title: string;
  readonly message: string | null;
}

/** What the page of a link shows. */
export interface SharedView {
  readonly detail: SharedTask;
  /** What opened it. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly renderMarkdown: RenderMarkdown;
}

import type { StepDetail } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { renderNow } from "../render.ts";
import { STATUS_WORDS } from "../status.tsx";
import { changesOf, type LivePage, partial, snapshotOf, titleChange } from "../task/live_page.tsx";
import { failedStep } from "../task/step_counts.ts";
import { StepsHead } from "../task/steps_head.tsx";
import { TaskStatus } from "../task/task_head.tsx";
import { LINK_GONE_TITLE, LinkGone } from "./link_gone.tsx";
import { SharedFacts, SharedNotice, SharedOutput } from "./shared_parts.tsx";
import type { SharedView } from "./shared_task.ts";

/** The title of its page; it tells the status where only the browser's tab is seen. */
export function sharedTitle({ detail: { status } }: SharedView): string {
  return `Shared task, ${STATUS_WORDS[status].toLowerCase()}`;
}

/** What the place of a step is made of. */
export function sharedStepProps({ detail }: SharedView, step: StepDetail) {
  return {
    step,
    taskId: "",
    failedNumber: failedStep(detail)?.number ?? null,
    copiedFrom: null,
    forks: [],
    isWithoutGiven: true,
  } as const;
}

const SHARED_PAGE: LivePage<SharedView> = {
  title: sharedTitle,
  regions: [
    {
      id: domIds.taskStatus,
      data: ({ detail }) => detail.status,
      render: ({ detail }) => <TaskStatus status={detail.status} />,
    },
    {
      id: domIds.taskFault,
      data: ({ detail: { status, fault } }) => [status, fault],
      render: (view) => <SharedNotice view={view} />,
    },
    {
      id: domIds.taskOutput,
      data: ({ detail: { status, outputs } }) => [status === "completed", outputs],
      render: (view) => <SharedOutput view={view} />,
    },
    {
      id: domIds.taskFacts,
      data: ({ detail: { startedAt, finishedAt } }) => [startedAt, finishedAt],
      render: (view, context) => <SharedFacts view={view} context={context} />,
    },
  ],
  steps: ({ detail }) => detail.steps,
  stepProps: sharedStepProps,
};

/** The same where it has steps: these have a head. */
const WITH_STEPS: LivePage<SharedView> = {
  ...SHARED_PAGE,
  regions: [...SHARED_PAGE.regions, {
    id: domIds.stepsHead,
    data: ({ detail: { status, error, progress, startedAt, finishedAt, steps } }) => [
      status,
      error,
      progress,
      startedAt,
      finishedAt,
      steps.map(({ state }) => state.status),
    ],
    render: (view, { now }) => <StepsHead detail={view.detail} now={now} />,
  }],
};

/** Brings the page to this state, from any other, in one message. */
export function sharedSnapshot(view: SharedView, now: number): string {
  return snapshotOf(pageOf(view), view, now);
}

/** What brings the page from one state to the next; null when nothing that shows has changed. */
export function sharedChanges(previous: SharedView, next: SharedView, now: number): string | null {
  return changesOf(pageOf(next), previous, next, now);
}

/** Takes the task off the page, as its link is no longer valid. */
export function sharedGone(): string {
  return titleChange(LINK_GONE_TITLE) +
    partial(domIds.sharedTask, "outerHTML", renderNow(<LinkGone isAlert />));
}

function pageOf({ detail }: SharedView): LivePage<SharedView> {
  return detail.show.includes("steps") ? WITH_STEPS : SHARED_PAGE;
}

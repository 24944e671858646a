import { domIds } from "../dom_ids.ts";
import type { TimeContext } from "../page_context.ts";
import { TaskAgain } from "./again.tsx";
import { TaskDeletion } from "./deletion.tsx";
import { TaskFacts } from "./facts.tsx";
import { TaskFault } from "./fault.tsx";
import { wholeForks } from "./fork_choices.ts";
import { TaskForkedFrom, TaskForks } from "./forks.tsx";
import { TaskOutput } from "./output.tsx";
import { isSameData } from "./same_data.ts";
import { Step } from "./step.tsx";
import { stepProps } from "./steps.tsx";
import { StepsHead } from "./steps_head.tsx";
import { TaskActions, TaskStatus } from "./task_head.tsx";
import type { TaskView } from "./task_view.ts";

/** A part of the page that changes by itself. */
export interface Region {
  /** The id of its element. */
  readonly id: string;
  /** What it shows, without what a clock adds. */
  readonly data: (view: TaskView) => unknown;
  readonly render: (view: TaskView, context: TimeContext) => { toString(): string };
}

/** The live parts of the page, but for its steps. */
export const REGIONS: readonly Region[] = [
  {
    id: domIds.taskStatus,
    data: ({ detail }) => detail.status,
    render: (view) => <TaskStatus view={view} />,
  },
  {
    id: domIds.taskActions,
    data: ({ detail, isEditable }) => [detail.status, isEditable],
    render: (view) => <TaskActions view={view} />,
  },
  {
    id: domIds.taskFault,
    data: ({ detail: { status, error, closedAt, usage, steps }, isEditable }) =>
      status === "running" || status === "completed"
        ? status
        : [status, error, closedAt, usage, statuses(steps), isEditable],
    render: (view, context) => <TaskFault view={view} context={context} />,
  },
  {
    id: domIds.stepsHead,
    data: (
      { detail: { status, waitsForSlotOf, error, progress, startedAt, finishedAt, steps } },
    ) => [
      status,
      waitsForSlotOf,
      error?.stepId,
      progress,
      startedAt,
      finishedAt,
      statuses(steps),
    ],
    render: (view, { now }) => <StepsHead detail={view.detail} now={now} />,
  },
  {
    id: domIds.taskOutput,
    data: ({ detail }) => [detail.id, detail.outputs],
    render: (view) => <TaskOutput view={view} />,
  },
  {
    id: domIds.taskFacts,
    data: ({ detail: { startedAt, finishedAt, usage } }) => [startedAt, finishedAt, usage],
    render: (view, context) => <TaskFacts view={view} context={context} />,
  },
  {
    id: domIds.taskForkedFrom,
    data: ({ detail }) => detail.forkedFrom,
    render: (view) => <TaskForkedFrom view={view} />,
  },
  {
    id: domIds.taskForks,
    data: ({ detail: { forks, hasMoreForks } }) => [forks, hasMoreForks],
    render: (view, context) => <TaskForks view={view} context={context} />,
  },
  {
    id: domIds.taskDeletion,
    data: ({ detail }) => detail.status === "running",
    render: (view) => <TaskDeletion view={view} />,
  },
  {
    id: domIds.taskAgain,
    data: (view) => [view.runAgain, wholeForks(view)],
    render: (view) => <TaskAgain view={view} />,
  },
];

/** The region of the step at this place in `detail.steps`; its streamed text is not in its data. */
export function stepRegion(index: number, number: number): Region {
  return {
    id: domIds.step(number),
    data: (view) => {
      const props = propsAt(view, index);
      return props && { ...props, step: { ...props.step, written: props.step.written?.attempt } };
    },
    render: (view, context) => {
      const props = propsAt(view, index);
      return props === null ? "" : <Step {...props} context={context} />;
    },
  };
}

/** Whether a region shows the same in both. */
export function isUnchanged(region: Region, previous: TaskView, next: TaskView): boolean {
  return isSameData(region.data(previous), region.data(next));
}

function propsAt(view: TaskView, index: number) {
  const step = view.detail.steps[index];
  return step === undefined ? null : stepProps(view, step);
}

function statuses(steps: TaskView["detail"]["steps"]) {
  return steps.map(({ state }) => state.status);
}

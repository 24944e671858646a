import { domIds } from "../dom_ids.ts";
import { TaskAgain } from "./again.tsx";
import { TaskDeletion } from "./deletion.tsx";
import { TaskFacts } from "./facts.tsx";
import { TaskFault } from "./fault.tsx";
import { wholeForks } from "./fork_choices.ts";
import { TaskForkedFrom, TaskForks } from "./forks.tsx";
import type { LivePage, Region } from "./live_page.tsx";
import { TaskOutput } from "./output.tsx";
import { stepProps } from "./steps.tsx";
import { StepsHead } from "./steps_head.tsx";
import { TaskActions, TaskStatus } from "./task_head.tsx";
import { taskTitle } from "./task_title.ts";
import type { TaskView } from "./task_view.ts";

/** The live parts of a task's page, but for its steps. */
const REGIONS: readonly Region<TaskView>[] = [
  {
    id: domIds.taskStatus,
    data: ({ detail }) => detail.status,
    render: ({ detail }) => <TaskStatus status={detail.status} />,
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

/** A task's page, as its stream tells it. */
export const TASK_PAGE: LivePage<TaskView> = {
  title: ({ detail }) => taskTitle(detail),
  regions: REGIONS,
  steps: ({ detail }) => detail.steps,
  stepProps,
};

function statuses(steps: TaskView["detail"]["steps"]) {
  return steps.map(({ state }) => state.status);
}

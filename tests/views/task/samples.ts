import type { StepState } from "../../../executor/states.ts";
import type { Excerpt, StepDetail, TaskDetail } from "../../../executor/task.ts";
import type { TaskView } from "../../../views/task/task_view.ts";
import { loadMarkdown } from "../../../views/text/markdown.ts";

export const NOW = Date.UTC(2026, 10, 22, 14, 21, 48);
export const STARTED = NOW - 41_000;

/** Text that would do something if it were taken for anything but text. */
export const HOSTILE = `</p></title><script>alert(1)</script><img src=x onerror=alert(1)>` +
  `<hx-partial hx-target="body">x</hx-partial>\r\n\nevent: done\n\0\uFEFF"'&amp;`;

const renderMarkdown = await loadMarkdown();

export function whole(text: string): Excerpt {
  return { text, length: text.length, isCut: false };
}

export function step(number: number, state: StepState, more: Partial<StepDetail> = {}): StepDetail {
  return {
    id: `s${number}`,
    number,
    name: `Step ${number}`,
    kindLabel: "Template",
    holds: null,
    needs: number === 1 ? [] : [number - 1],
    when: null,
    state,
    given: [{ name: "template", value: whole("{{ inputs.text }}") }],
    written: null,
    result: null,
    error: null,
    failures: [],
    usage: null,
    ...more,
  };
}

export const states = {
  queued: { status: "queued", attempt: 0 },
  running: { status: "running", attempt: 1, startedAt: STARTED + 3000 },
  completed: { status: "completed", attempt: 1, startedAt: STARTED, finishedAt: STARTED + 2400 },
  failed: { status: "failed", attempt: 3, startedAt: STARTED, finishedAt: STARTED + 700 },
  skipped: { status: "skipped", attempt: 0, finishedAt: STARTED + 700 },
  cancelled: { status: "cancelled", attempt: 1, startedAt: STARTED, finishedAt: STARTED + 500 },
} as const satisfies Record<string, StepState>;

/** A task of three steps, the second and the third in parallel, in the middle of its run. */
export function runningTask(more: Partial<TaskDetail> = {}): TaskDetail {
  return {
    id: "tsk_01m81t3n1rcjyp7mnbdrv3jw5d",
    status: "running",
    app: { id: "app_1", name: "Text brief", version: 14 },
    origin: { kind: "person" },
    createdAt: STARTED - 5,
    startedAt: STARTED,
    finishedAt: null,
    revision: 3,
    description: "Says what a text says",
    waitsForSlotOf: null,
    inputs: [{ name: "text", label: "Text", type: "multiline", value: whole("A short text") }],
    levels: [["s1"], ["s2", "s3"]],
    steps: [
      step(1, states.completed, { result: { format: "text", value: whole("The result of 1") } }),
      step(2, states.running, { needs: [1], written: { attempt: 1, text: "So far", length: 6 } }),
      step(3, states.queued, { needs: [1], given: null }),
    ],
    progress: { step: 2, total: 3, completed: 1 },
    outputs: [],
    error: null,
    failedOutput: null,
    usage: { inputTokens: 3912, outputTokens: 148 },
    forkedFrom: null,
    forks: [],
    hasMoreForks: false,
    ...more,
  };
}

export function completedTask(more: Partial<TaskDetail> = {}): TaskDetail {
  return runningTask({
    status: "completed",
    finishedAt: STARTED + 112_000,
    revision: 9,
    steps: [1, 2, 3].map((number) =>
      step(number, states.completed, { result: { format: "text", value: whole("Done") } })
    ),
    progress: { step: 3, total: 3, completed: 3 },
    outputs: [
      { name: "brief", label: "Brief", type: "markdown", value: whole("# Title\n\nText") },
      { name: "numbers", label: "Numbers", type: "json", value: whole('{"words":12}') },
    ],
    ...more,
  });
}

export function failedTask(more: Partial<TaskDetail> = {}): TaskDetail {
  return runningTask({
    status: "failed",
    finishedAt: STARTED + 6100,
    levels: [["s1"], ["s2"], ["s3"]],
    steps: [
      step(1, states.completed),
      step(2, states.failed, { error: "The model service answered 401" }),
      step(3, states.skipped, { given: null, needs: [2] }),
    ],
    progress: { step: 2, total: 3, completed: 2 },
    error: { stepId: "s2", message: "The model service answered 401" },
    ...more,
  });
}

export function cancelledTask(more: Partial<TaskDetail> = {}): TaskDetail {
  return runningTask({
    status: "cancelled",
    finishedAt: STARTED + 12_400,
    steps: [
      step(1, states.completed),
      step(2, states.cancelled),
      step(3, { ...states.cancelled, startedAt: null, attempt: 0 }),
    ],
    progress: { step: 1, total: 3, completed: 1 },
    ...more,
  });
}

/** As the routes make it: the form is there once the task has ended. */
export function viewOf(detail: TaskDetail, more: Partial<TaskView> = {}): TaskView {
  const hasEnded = detail.status !== "running";
  return {
    detail,
    isEditable: true,
    may: { run: true, edit: true },
    latest: { version: detail.app.version, stepIds: detail.steps.map(({ id }) => id) },
    runAgain: hasEnded ? runForm : null,
    renderMarkdown,
    ...more,
  };
}

const runForm = {
  app: { id: "app_1", name: "Text brief", version: 15 },
  inputs: [
    { name: "text", label: "Text", type: "multiline", required: true, help: "" } as const,
  ],
  values: { text: "A short text" },
  errors: {},
  message: null,
  variant: "run-again",
} as const;

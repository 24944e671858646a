import type { StepDetail, TaskDetail, TaskJson } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { encodeMessage } from "./event_stream.ts";
import { eventId, type Voice } from "./task_channel.ts";

/** A task as programs follow it. */
interface JsonView {
  readonly detail: TaskDetail;
  readonly task: TaskJson;
}

/** A piece of the text that an attempt streams. Lengths are in UTF-16 units. */
interface WrittenText {
  readonly stepId: string;
  readonly attempt: number;
  /** Where it belongs in the attempt's text; more than 0 at first where only the end is kept. */
  readonly offset: number;
  readonly text: string;
}

const DONE = encodeMessage({ event: "done", data: "{}" });

/** Tells a task as JSON: `task` with all of it, then a `change` at a time, and `done`. */
export function jsonVoice({ executor, processId }: Deps): (taskId: string) => Voice<JsonView> {
  return (taskId) => ({
    async read(previous) {
      const detail = await executor.tasks.read(taskId, previous?.detail);
      if (detail === null) return null;
      const isAsBefore = previous?.detail.revision === detail.revision;
      const task = isAsBefore ? previous.task : await executor.tasks.readJson(taskId);
      return task === null ? null : { detail, task };
    },
    idOf: (view) => eventId(processId, view),
    isLive: ({ detail: { status, closedAt } }) => status === "running" || closedAt === null,
    snapshot,
    changes,
    done: DONE,
    gone: DONE,
    // Not over: a program that comes back is told what it may not.
    farewell: null,
  });
}

function snapshot({ task, detail }: JsonView) {
  const written = detail.steps.flatMap((step) => addedText(undefined, step));
  return { event: "task", data: JSON.stringify({ task, written }) };
}

/** Fields that only went away cannot be told as a change: then the whole task is. */
function changes(previous: JsonView, next: JsonView) {
  const { steps: before, ...was } = previous.task;
  const { steps: after, ...is } = next.task;
  if (Object.keys(was).some((field) => !(field in is))) return snapshot(next);
  const known = new Map(Object.entries(was));
  const task = Object.fromEntries(
    Object.entries(is).filter(([field, value]) => !isSame(known.get(field), value)),
  );
  const steps = after.filter((step, i) => !isSame(before[i], step));
  const written = next.detail.steps.flatMap((step, i) => addedText(previous.detail.steps[i], step));
  if (Object.keys(task).length + steps.length + written.length === 0) return null;
  return { event: "change", data: JSON.stringify({ task, steps, written }) };
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** Nothing of a step that has completed: its result says it all. */
function addedText(before: StepDetail | undefined, step: StepDetail): WrittenText[] {
  const { id: stepId, written, state } = step;
  if (written === null || state.status === "completed") return [];
  const { attempt, text, length } = written;
  const told = before?.written?.attempt === attempt ? before.written.length : 0;
  if (length <= told) return [];
  const added = text.slice(-Math.min(text.length, length - told));
  return [{ stepId, attempt, offset: length - added.length, text: added }];
}

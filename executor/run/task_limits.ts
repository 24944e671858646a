import { MAX_TASK_SECONDS } from "../definition/schema.ts";
import type { Definition } from "../definition/schema.ts";
import { hasEnded, type TaskLife } from "../states.ts";
import type { TaskError } from "../task.ts";
import { tokensOf, usageOf } from "../usage.ts";

type Limits = Pick<Definition, "timeout" | "budget">;

/** When a task has to have ended, in epoch milliseconds; null before it has started. */
export function deadlineOf({ state }: TaskLife, { timeout }: Limits): number | null {
  return state.startedAt === null ? null : state.startedAt + timeout * 1_000;
}

/** Tokens that a task may still use; null where it has no budget. */
export function tokensLeft(life: TaskLife, { budget }: Limits): number | null {
  return budget === undefined ? null : Math.max(0, budget - tokensUsed(life));
}

/** Why a task that goes on has to be stopped: its time is over, or its tokens. */
export function overLimit(life: TaskLife, limits: Limits, now: number): TaskError | null {
  if (hasEnded(life.state)) return null;
  const deadline = deadlineOf(life, limits);
  if (deadline !== null && now >= deadline) return tookTooLong(limits);
  const { budget } = limits;
  if (budget === undefined) return null;
  const used = tokensUsed(life);
  return used > budget ? usedTooMuch(used, budget) : null;
}

function tokensUsed({ steps }: TaskLife): number {
  return tokensOf(usageOf(Object.values(steps)));
}

function tookTooLong({ timeout }: Limits): TaskError {
  const owner = timeout === MAX_TASK_SECONDS ? "the longest that a task may take" : "its timeout";
  return {
    stepId: null,
    message: `The task was stopped: it took longer than ${timeout} s, which is ${owner}`,
  };
}

function usedTooMuch(used: number, budget: number): TaskError {
  return {
    stepId: null,
    message: `The task was stopped: it used ${used} tokens, and its budget is ${budget}`,
  };
}

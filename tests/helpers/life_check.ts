import { hasEnded, hasStepEnded, progressOf, type TaskLife } from "../../executor/states.ts";

/** What cannot be in a task's life, whatever happened to it. */
export function lifeProblems({ state, steps }: TaskLife): string[] {
  const states = Object.entries(steps);
  const isOver = hasEnded(state);
  const problems = states.flatMap(([id, step]) => {
    const found: string[] = [];
    if (step.attempt < 0) found.push(`its attempt is ${step.attempt}`);
    if (step.status === "running" && step.attempt < 1) found.push("it runs without an attempt");
    if (isOver && !hasStepEnded(step)) found.push(`it is "${step.status}", its task has ended`);
    const hasBegun = "startedAt" in step && step.startedAt !== null;
    if (hasBegun && "finishedAt" in step && step.finishedAt < step.startedAt) {
      found.push("it ended before it began");
    }
    if (state.startedAt === null && step.attempt > 0 && !hasStepEnded(step)) {
      found.push("it has begun, its task has not");
    }
    return found.map((problem) => `step "${id}": ${problem}`);
  });
  if (!isOver && states.every(([, step]) => hasStepEnded(step))) {
    problems.push("all its steps have ended, and it runs on");
  }
  const { step, total, completed } = progressOf(states.map(([, each]) => each));
  if (!(0 <= completed && completed <= step && step <= total)) {
    problems.push(`its progress is ${completed} completed, ${step} of ${total}`);
  }
  return problems;
}

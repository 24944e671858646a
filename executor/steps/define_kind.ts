import type { z } from "zod";
import { PermanentError, type StepKind } from "./step_kind.ts";

/**
 * Makes a kind whose `run` takes any config: it is parsed by the kind's own schema first, so that
 * kinds of different configs fit one registry. An attempt that is already aborted is not begun.
 *
 * The returned `run` rejects with a `PermanentError` where the config does not fit.
 */
export function defineKind<Config>(kind: StepKind<Config>): StepKind {
  return {
    ...kind,
    async run(step) {
      step.signal.throwIfAborted();
      return await kind.run({ ...step, config: parseConfig(kind, step.config) });
    },
  };
}

function parseConfig<Config>(kind: StepKind<Config>, config: unknown): Config {
  const result = kind.config.safeParse(config);
  if (result.success) return result.data;
  throw new PermanentError(
    `Cannot run a step of kind "${kind.kind}": ${result.error.issues.map(describe).join("; ")}`,
  );
}

function describe(issue: z.core.$ZodIssue): string {
  const place = issue.path.length === 0 ? "its config" : `"${issue.path.join(".")}" in its config`;
  return `${place}: ${issue.message}`;
}

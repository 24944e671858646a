import { analyze } from "./analyze.ts";
import { generate } from "./generate.ts";
import type { StepKind } from "./step_kind.ts";
import { template } from "./template.ts";
import { wait } from "./wait.ts";

const KINDS: readonly StepKind[] = [
  analyze,
  generate,
  template,
  wait,
];

/** Every step kind, by the word definitions use for it. */
export const stepKinds: ReadonlyMap<string, StepKind> = new Map(
  KINDS.map((kind) => [kind.kind, kind]),
);

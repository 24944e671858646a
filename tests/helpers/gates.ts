import { z } from "zod";
import type { Json } from "../../executor/definition/schema.ts";
import { PermanentError, type StepKind, type StepOutcome } from "../../executor/steps/step_kind.ts";
import type { Usage } from "../../executor/mod.ts";

/** A run of a step that goes on when the test says so. */
export interface GatedRun {
  readonly taskId: string;
  readonly stepId: string;
  readonly attempt: number;
  readonly resumedAt: number | null;
  readonly tokensLeft: number | null;
  readonly config: unknown;
  readonly signal: AbortSignal;
  /** Whether it was told how to end, or aborted. */
  readonly isOver: boolean;
  /** Does nothing once the run is over. */
  write(text: string): void;
  /** Writes also then, as a kind does that heeds nothing. */
  writeLate(text: string): void;
  tellUsage(usage: Usage): void;
  done(output?: Json, usage?: Usage): void;
  wait(until: number): void;
  /** Fails for good, in words for people; or with whatever is given, were it undefined. */
  fail(...reason: [] | [unknown]): void;
}

/** A step kind `"gate"` whose runs stand still until a test lets them go on. */
export interface Gates {
  readonly kind: StepKind;
  /** Every run begun so far. */
  readonly runs: readonly GatedRun[];
  /**
   * The next run that begins, or has begun and was not taken yet; of this step or this task, if one
   * is named. Tasks that were started together begin in any order.
   */
  next(id?: string): Promise<GatedRun>;
}

/** @param onAbort What runs do once they are aborted: reject, or hold on for ever. */
export function createGates({ onAbort = "reject" }: { onAbort?: "reject" | "ignore" } = {}): Gates {
  const runs: GatedRun[] = [];
  const untaken: GatedRun[] = [];
  const asking: { id?: string; resolve: (run: GatedRun) => void }[] = [];

  function begin(run: GatedRun): void {
    runs.push(run);
    const index = asking.findIndex(({ id }) => isOf(run, id));
    if (index < 0) untaken.push(run);
    else asking.splice(index, 1)[0]?.resolve(run);
  }

  const kind: StepKind = {
    kind: "gate",
    label: "Gate",
    config: z.unknown(),
    run: ({ idempotencyKey, attempt, resumedAt, tokensLeft, config, signal, write, tellUsage }) =>
      new Promise<StepOutcome>((resolve, reject) => {
        const [taskId = "", stepId = ""] = idempotencyKey.split(".");
        let isOver = false;
        const over = (end: () => void) => {
          isOver = true;
          end();
        };
        if (onAbort === "reject") signal.addEventListener("abort", () => reject(signal.reason));
        begin({
          taskId,
          stepId,
          attempt,
          resumedAt,
          tokensLeft,
          config,
          signal,
          get isOver() {
            return isOver || signal.aborted;
          },
          write: (text) => {
            if (!isOver) write(text);
          },
          writeLate: write,
          tellUsage,
          done: (output = `${stepId} is done`, usage) =>
            over(() => resolve({ type: "done", output, ...(usage && { usage }) })),
          wait: (until) => over(() => resolve({ type: "wait", until })),
          fail: (...reasons) =>
            over(() => reject(reasons.length > 0 ? reasons[0] : refusalOf(stepId))),
        });
      }),
  };

  return {
    kind,
    runs,
    next(id) {
      const index = untaken.findIndex((run) => isOf(run, id));
      const [run] = index < 0 ? [] : untaken.splice(index, 1);
      if (run !== undefined) return Promise.resolve(run);
      return new Promise((resolve) => asking.push({ id, resolve }));
    },
  };
}

function isOf({ stepId, taskId }: GatedRun, id: string | undefined): boolean {
  return id === undefined || id === stepId || id === taskId;
}

function refusalOf(stepId: string): PermanentError {
  return new PermanentError(`Cannot do "${stepId}": it was told to fail`);
}

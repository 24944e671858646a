import type { App } from "../app.ts";
import type { Plan } from "../definition/plan.ts";
import type { InputValues } from "../definition/schema.ts";
import type { Lease, StoredTask } from "../store/tasks.ts";

/** What a claim gives a runner. */
export interface Claim {
  readonly task: StoredTask;
  readonly lease: Lease;
  readonly app: App;
  readonly plan: Plan;
  /** Of a task just accepted here, whose first steps were started with that; null of any other. */
  readonly freshInputs: InputValues | null;
}

import type { InputValues, Json } from "../definition/schema.ts";
import type { TaskStore } from "../store/tasks.ts";
import type { AttemptFailure } from "../task.ts";
import type { StepScope, TemplateScope } from "../template/liquid.ts";
import { remembered } from "./remembered.ts";

/** What a task's runner knows of its inputs, of what its steps gave, and of attempts that failed. */
export class TaskScope {
  readonly #store: TaskStore;
  readonly #task: { readonly id: string; readonly createdAt: number };
  readonly #results: Record<string, StepScope> = Object.create(null);
  readonly #failures = new Map<string, readonly AttemptFailure[]>();
  readonly #readInputs: () => Promise<InputValues>;
  readonly #readEarlier: () => Promise<void>;

  /** @param freshInputs Of a task just accepted, of which nothing has ended yet; else null. */
  constructor(
    store: TaskStore,
    task: { readonly id: string; readonly createdAt: number },
    freshInputs: InputValues | null,
  ) {
    this.#store = store;
    this.#task = task;
    const isFresh = freshInputs !== null;
    this.#readInputs = remembered(async () => freshInputs ?? await store.readInputs(task.id));
    this.#readEarlier = remembered(async () => isFresh ? undefined : await this.#loadResults());
  }

  /** What templates see now; what ended before this claim is read once. */
  async read(): Promise<TemplateScope> {
    await this.#readEarlier();
    const inputs = await this.#readInputs();
    return { inputs, steps: this.#results, now: this.#task.createdAt };
  }

  completed(stepId: string, output: Json): void {
    this.#results[stepId] = { output };
  }

  failed(stepId: string, error: string): void {
    this.#results[stepId] = { output: null, error };
  }

  /** The attempts of a step that failed and were followed by another, oldest first. */
  failuresOf(stepId: string): readonly AttemptFailure[] {
    return this.#failures.get(stepId) ?? [];
  }

  addFailure(stepId: string, failure: AttemptFailure): void {
    this.#failures.set(stepId, [...this.failuresOf(stepId), failure]);
  }

  /** Reads the failures of attempts made before this claim. */
  async loadFailures(): Promise<void> {
    const records = await this.#store.readSteps(this.#task.id);
    for (const [stepId, { failures }] of records) this.#failures.set(stepId, failures);
  }

  async #loadResults(): Promise<void> {
    for (const [stepId, result] of await this.#store.readResults(this.#task.id)) {
      this.#results[stepId] ??= result;
    }
  }
}

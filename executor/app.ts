import type { Definition } from "./definition/schema.ts";
import type { TaskRow } from "./task.ts";

/** One version of an app. `savedAt` is in epoch milliseconds. */
export interface App {
  readonly id: string;
  /** From 1; grows when the content changes. */
  readonly version: number;
  readonly definition: Definition;
  readonly savedAt: number;
}

/** An app as lists show it. */
export interface AppSummary {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: number;
  readonly savedAt: number;
  /** Labels of its steps' kinds, in the order of the steps, repeats in a row left out. */
  readonly kindLabels: readonly string[];
  readonly stepCount: number;
  readonly lastTask: TaskRow | null;
}

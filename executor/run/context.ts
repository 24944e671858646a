import type { App } from "../app.ts";
import type { Clock } from "../clock.ts";
import type { Plan } from "../definition/plan.ts";
import type { Observer, OnUnexpected } from "../events.ts";
import type { Ids } from "../ids.ts";
import type { Hub } from "../live/hub.ts";
import type { StepKind, StepServices } from "../steps/step_kind.ts";
import type { Store } from "../store/mod.ts";
import type { TextRef } from "../store/texts.ts";
import type { Backlog } from "./backlog.ts";
import type { Slots } from "./slots.ts";

/** What running a task takes from outside. */
export interface RunContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly hub: Hub;
  readonly backlog: Backlog;
  readonly slots: Slots;
  /** The streamed text of a run of a step: as far as this process, or the database, has it. */
  readonly readText: (ref: TextRef) => Promise<string>;
  readonly kinds: ReadonlyMap<string, StepKind>;
  readonly services: StepServices;
  readonly planOf: (app: App) => Promise<Plan>;
  /** Told of what nobody expected; never shown to readers. */
  readonly onUnexpected: OnUnexpected;
  readonly observer: Observer;
}

/** How long a claim lasts without a heartbeat. */
export const LEASE_MS = 10_000;
export const HEARTBEAT_MS = 3_000;
/** How long attempts that were aborted may take to stop; their lease runs out soon after. */
export const CLOSE_MS = 5_000;
/** The same for those of a task that is handed over: all of it has less than a second. */
export const HAND_BACK_MS = 300;
/** A task fails when this many processes in a row have died with it, each where it had not got on. */
export const MAX_CRASHES = 5;
/** The same where others began between them: something else may end processes too. */
export const MAX_CRASHES_WITH_ALIBI = 10;
/** A task that cannot be run for an error that is no step's fails when that has happened so often. */
export const MAX_RUN_ERRORS = 5;

import type { Accept, Acceptance, ForkRequest } from "./acceptance.ts";
import type { App } from "./app.ts";
import type { InputsCheck, RawInputs } from "./definition/inputs.ts";
import type { InputValues } from "./definition/schema.ts";
import { forkInputs, type Ran } from "./fork_inputs.ts";
import { plannedCopies, savingsOf, type StepStates } from "./fork_plan.ts";
import { lostApp, versionOf } from "./read/lost_app.ts";
import type { RunContext } from "./run/context.ts";
import { nameRequest, type SentRequest } from "./sent_request.ts";
import type { ForkSource } from "./store/forks.ts";
import type { NewRequest } from "./store/requests.ts";
import type { StartResult } from "./task_verbs.ts";

/** Which version of its app a fork runs: the newest, or the one that the other task ran. */
export const FORK_VERSIONS = ["latest", "same"] as const;
export type ForkVersion = typeof FORK_VERSIONS[number];

/** How a task is to be run again. */
export interface ForkChoice {
  /** The step to run again, and what depends on it; null for the whole app. */
  readonly from: string | null;
  readonly version: ForkVersion;
  /** In place of the other task's inputs. */
  readonly inputs?: RawInputs;
}

/** How an attempt to run a task again ended. `unknown-app`: the version asked for is not there. */
export type ForkResult =
  | StartResult
  | { readonly type: "unknown-task" }
  | { readonly type: "unknown-step"; readonly app: App }
  /** The same request has made this task before; it may have been deleted since. */
  | { readonly type: "repeated"; readonly taskId: string }
  /** Its sender has used the key for something else. */
  | { readonly type: "key-reused" };

/**
 * Runs a task again as a new one. From a step on, whatever was completed before it and would come
 * out the same is copied, so that the new task stands alone.
 *
 * @param sent Given where the request may be sent again: for 24 hours it makes one task only.
 */
export type Fork = (
  taskId: string,
  choice: ForkChoice,
  sent?: SentRequest | null,
) => Promise<ForkResult>;

/** Most tries against a task that starts or ends, and an app that is saved, at the same time. */
const MAX_TRIES = 10;

/** What will run, and with what. `versionstamp` is null where that stays, whatever becomes of it. */
interface Target {
  readonly app: App;
  readonly versionstamp: string | null;
  readonly inputs: InputValues;
}

/** What names the request, where it may be sent again. */
interface Named {
  readonly request?: NewRequest;
}

export function createFork(context: RunContext, accept: Accept): Fork {
  const { store, clock, ids } = context;

  async function targetOf(appId: string, kept: App | null, version: ForkVersion) {
    if (version === "same") return kept && { app: kept, versionstamp: null };
    store.apps.forget(appId); // what is refused has to be refused by the newest version
    return await store.apps.assumeCurrent(appId);
  }

  /** Accepts the fork. */
  async function acceptFork(
    source: ForkSource,
    ran: Ran,
    { app, versionstamp, inputs, from, request }: Target & Pick<ForkChoice, "from"> & Named,
  ): Promise<Acceptance> {
    const copies = await plannedCopies({
      from,
      states: source.record.steps,
      ran: ran.app.definition,
      ranWith: ran.inputs,
      runs: app.definition,
      runsWith: inputs,
      plan: await context.planOf(app),
    });
    const at = clock.now();
    const id = ids.task(at);
    const mark = await copyAll(source.record.id, id, copies);
    const step = app.definition.steps.find((each) => each.id === from);
    const fork: ForkRequest = {
      id,
      at,
      steps: copies,
      from: { taskId: source.record.id, stepId: from, ...savingsOf(copies) },
      stored: {
        rowVersionstamp: source.rowVersionstamp,
        mark,
        entry: { stepName: step?.name ?? null, version: app.version, createdAt: at },
      },
    };
    const origin = { kind: "fork" as const };
    const appVersionstamp = versionstamp;
    const acceptance = await accept({ app, appVersionstamp, inputs, origin, fork, request });
    if (acceptance.type !== "accepted" && mark !== null) await store.removeUnaccepted(id);
    return acceptance;
  }

  async function copyAll(from: string, to: string, copies: StepStates): Promise<string | null> {
    const stepIds = new Set(Object.keys(copies));
    if (stepIds.size === 0) return null;
    try {
      return await store.forks.copySteps(from, to, stepIds);
    } catch (error) {
      await store.removeUnaccepted(to);
      throw error;
    }
  }

  /** Null where the task or its app has changed while it was being copied. */
  async function forkOnce(
    taskId: string,
    choice: ForkChoice,
    { request }: Named,
  ): Promise<ForkResult | null> {
    const earlier = request && await store.requests.read(request.name);
    if (earlier) {
      return earlier.fingerprint === request.fingerprint
        ? { type: "repeated", taskId: earlier.taskId }
        : { type: "key-reused" };
    }
    const source = await store.forks.readSource(taskId);
    if (source === null) return { type: "unknown-task" };
    const kept = await versionOf(store, source.record);
    const target = await targetOf(source.record.app.id, kept, choice.version);
    if (target === null) return { type: "unknown-app" };
    const { from } = choice;
    if (from !== null && !target.app.definition.steps.some(({ id }) => id === from)) {
      return { type: "unknown-step", app: target.app };
    }
    const app = kept ?? lostApp(source.record);
    const ran = { app, inputs: await store.tasks.readInputs(taskId) };
    const parsed = forkInputs(target.app, ran, choice.inputs);
    if (!parsed.ok) return refusal(target.app, parsed);
    const inputs = parsed.values;
    const acceptance = await acceptFork(source, ran, { ...target, inputs, from, request });
    switch (acceptance.type) {
      case "accepted":
        return { type: "started", taskId: acceptance.taskId };
      case "queue-full":
        return { ...acceptance, app: target.app };
      case "changed":
        return null;
    }
  }

  return async function fork(taskId, choice, sent = null) {
    const request = sent === null ? undefined : await nameRequest({ forkOf: taskId }, sent);
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      try {
        const result = await forkOnce(taskId, choice, { request });
        if (result !== null) return result;
      } catch (error) {
        if (await store.forks.exists(taskId)) throw error;
      }
    }
    throw new Error(`Cannot fork task "${taskId}": it or its app changed ${MAX_TRIES} times`);
  };
}

function refusal(app: App, parsed: Extract<InputsCheck, { readonly ok: false }>): ForkResult {
  return parsed.reason === "invalid"
    ? { type: "invalid", app, errors: parsed.errors }
    : { type: "too-large", app, bytes: parsed.bytes, limit: parsed.limit };
}

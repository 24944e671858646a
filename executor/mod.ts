/** The executor's door: everything that other layers may use of it. */
import { createAccept } from "./acceptance.ts";
import { type ApiKeys, createApiKeys } from "./access/api_keys.ts";
import { type Access, createAccess } from "./access/sessions.ts";
import { type Apps, createApps } from "./app_verbs.ts";
import type { App } from "./app.ts";
import { type Audit, createAudit } from "./audit.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Plan, planSteps } from "./definition/plan.ts";
import type { Definition } from "./definition/schema.ts";
import { NO_OBSERVER, type Observer, type OnUnexpected } from "./events.ts";
import { isWell } from "./health.ts";
import { createIds } from "./ids.ts";
import { createLinks, type Links } from "./link_verbs.ts";
import { createGrants, type Grants } from "./live/grants.ts";
import { createLiveHub } from "./live/live_hub.ts";
import { createLimits, type Limits } from "./limits.ts";
import { hideOldTasks } from "./retention.ts";
import { createBacklog } from "./run/backlog.ts";
import type { RunContext } from "./run/context.ts";
import { type Listener, startListener } from "./run/listener.ts";
import { tidyLeft } from "./run/tidying.ts";
import { createLoad, type ExecutorLoad } from "./run/load.ts";
import { createSlots } from "./run/slots.ts";
import { stepKinds } from "./steps/registry.ts";
import type { ModelSettings, StepKind } from "./steps/step_kind.ts";
import type { CommitSpan } from "./store/committer.ts";
import { createDatabase } from "./store/database.ts";
import type { Kv, KvWatch } from "./store/kv.ts";
import { createStore } from "./store/mod.ts";
import { createTasks, type Tasks } from "./task_verbs.ts";
import { createVisits, type Visits } from "./visit_verbs.ts";

export type { ApiKey, ApiKeys, CreateKeyResult, GoodApiKey, NewApiKey } from "./access/api_keys.ts";
export { KEEPER_ID, type People, type Person, type PersonChange } from "./access/people.ts";
export { base64Url, bytesOfBase64Url } from "./access/base64_url.ts";
export { type Role, ROLES, type Scope, SCOPES } from "./access/roles.ts";
export { hashSecret, newSecret } from "./access/secrets.ts";
export type { Access, NewlySignedIn, Session, SignedIn, SigningIn } from "./access/sessions.ts";
export type { App, AppSummary } from "./app.ts";
export type { AppDraft, Apps, SaveAppResult } from "./app_verbs.ts";
export type { Audit } from "./audit.ts";
export type { Clock } from "./clock.ts";
export * from "./deeds.ts";
export type { FormFields, SentFile } from "./definition/form_field.ts";
export { type FormSource, formValues } from "./definition/form_values.ts";
export type { RawInputs } from "./definition/inputs.ts";
export {
  Definition,
  type InputDefinition,
  type InputValues,
  MAX_INPUT_BYTES,
  type OutputType,
} from "./definition/schema.ts";
export { definitionText } from "./definition/definition_text.ts";
export * from "./events.ts";
export {
  type Fork,
  FORK_VERSIONS,
  type ForkChoice,
  type ForkResult,
  type ForkVersion,
} from "./fork_verb.ts";
export { APP_ID, AUDIT_ID, isAppId, isLinkId, isTaskId, KEY_ID, LINK_ID, TASK_ID } from "./ids.ts";
export type { Limits, Rate, Taken } from "./limits.ts";
export {
  type Link,
  type LinkTarget,
  type ListedLink,
  SHOWN_PARTS,
  type ShownPart,
} from "./link.ts";
export type { CreateLinkResult, Links, NewLink } from "./link_verbs.ts";
export type { Grant, Grants } from "./live/grants.ts";
export { type ExecutorLoad, MAX_COUNTED_DUE } from "./run/load.ts";
export type { SentRequest, StartTarget } from "./sent_request.ts";
export { stepKinds } from "./steps/registry.ts";
export type { ModelSettings, StepKind } from "./steps/step_kind.ts";
export type { Kv, KvWatch } from "./store/kv.ts";
export { openKv } from "./store/open_kv.ts";
export type { CancelResult, DeleteResult, OnceResult, StartResult, Tasks } from "./task_verbs.ts";
export * from "./task.ts";
export type { Visit, VisitRequest, VisitResult, Visits } from "./visit_verbs.ts";

/** The apps that an empty database begins with, in the order they are shown. */
export async function loadSeedApps(): Promise<readonly Definition[]> {
  const { seedApps } = await import("./apps/seed.ts");
  return seedApps;
}

/** What an executor is made of. Whatever is absent is the system's own. */
export interface ExecutorOptions {
  readonly kv: Kv;
  /** Tells of what other processes change; absent where the database belongs to this one alone. */
  readonly watch?: KvWatch | null;
  readonly clock?: Clock;
  /** From 0 up to 1, as `Math.random`. */
  readonly random?: () => number;
  readonly fetch?: typeof fetch;
  readonly kinds?: ReadonlyMap<string, StepKind>;
  /** Null where no model is set: steps that need one then fail with a sentence that says so. */
  readonly model?: ModelSettings | null;
  readonly onUnexpected?: OnUnexpected;
  /** Watches what happens, for logs, metrics and traces. */
  readonly observer?: Observer;
  /** Days after which tasks that have ended are deleted; null keeps them for ever. */
  readonly retentionDays?: number | null;
  /** Tasks run at once; 64 unless given. With 0 this process only accepts and shows tasks. */
  readonly concurrency?: number;
  /** Tasks queued at once, over all apps; 100,000 unless given. More are not accepted. */
  readonly maxQueued?: number;
  /** What sessions and own keys are good for: those of another one are worth nothing. */
  readonly accessRealm?: string;
}

/** Runs apps, keeps tasks, tells what happens to them. */
export interface Executor {
  readonly apps: Apps;
  readonly tasks: Tasks;
  readonly access: Access;
  readonly links: Links;
  readonly visits: Visits;
  /** Rights that something open depends on. */
  readonly grants: Grants;
  readonly kinds: ReadonlyMap<string, StepKind>;
  readonly apiKeys: ApiKeys;
  readonly limits: Limits;
  readonly audit: Audit;
  /** Whether the database answers and the listener takes tasks. */
  isWell(): Promise<boolean>;
  /** How busy it is, and what waits. Throws when the database does not answer. */
  load(): Promise<ExecutorLoad>;
  /** Runs what is due, for at most `ms` milliseconds, and keeps order: what a cron tick does. */
  sweep(ms: number): Promise<void>;
  /** Takes no more tasks; what runs has `graceMs` milliseconds to end, then is handed over. */
  stop(graceMs: number): Promise<void>;
}

/** Opens an executor on a database, and starts its listener. */
export async function startExecutor(options: ExecutorOptions): Promise<Executor> {
  const { context, close } = createContext(options);
  const { accessRealm = "", concurrency = 64 } = options;
  const listener = concurrency === 0 ? null : startListener(context, concurrency);
  await context.store.sweepUnaccepted();
  context.slots.whenDue(() => listener?.wake());
  await tidyLeft(context);
  listener?.wake();
  handOutSlots(context);
  const stopListening = listener === null ? () => {} : hearOthers(context, listener);
  const { audit, close: closeAudit } = createAudit({ ...context, store: context.store.audit });
  const grants = createGrants({ ...context, ...context.store });
  const links = createLinks({ ...context, store: context.store.links, grants });
  const tasks = createTasks(context, listener);
  return {
    apps: createApps(context, grants),
    tasks,
    access: createAccess({ ...context, grants }, accessRealm),
    links,
    visits: createVisits(context, { accept: createAccept(context, listener), grants }),
    grants,
    kinds: context.kinds,
    apiKeys: createApiKeys({ ...context, grants }, accessRealm),
    limits: createLimits({ ...context, store: context.store.limits }),
    audit,
    isWell: () => isWell(context, listener),
    load: createLoad(context, listener),
    async sweep(ms) {
      await listener?.sweep(ms);
      await keepOrder(context, options.retentionDays ?? null);
    },
    async stop(graceMs) {
      await listener?.stop(graceMs);
      await closeAudit();
      await links.flush();
      stopListening();
      grants.close();
      close();
      for (const kind of context.kinds.values()) kind.close?.();
    },
  };
}

/** What a process left to do when it died is done at the start of the next. */
function handOutSlots({ slots, onUnexpected }: RunContext): void {
  slots.sweep().catch((error) => onUnexpected(error, "slots"));
}

/** How long one sweep may go on deleting what is old, in milliseconds: there is a next one. */
const DELETING_MS = 30_000;

/** Hands out slots, deletes what is old, and removes what deletions and dead processes have left; each by itself. */
async function keepOrder(context: RunContext, retentionDays: number | null): Promise<void> {
  const { clock, store, onUnexpected } = context;
  await context.slots.sweep().catch((error) => onUnexpected(error, "slots"));
  await tidyLeft(context);
  const until = clock.now() + DELETING_MS;
  let mayBeMore: boolean;
  do {
    mayBeMore = retentionDays !== null && await hideOldTasks(context, retentionDays)
      .catch((error) => {
        onUnexpected(error, "retention");
        return false;
      });
    await store.deletions.sweep((error, taskId) => onUnexpected(error, "deletion", { taskId }));
  } while (mayBeMore && clock.now() < until);
}

/** Wakes the listener when others have work for it, or have ended what it runs. */
function hearOthers({ store }: RunContext, listener: Listener): () => void {
  return store.watches?.bells(["work", "ends"], (ring) => {
    if (ring === "work") listener.wake();
    else listener.dropEnded();
  }) ?? (() => {});
}

function createContext(options: ExecutorOptions): { context: RunContext; close: () => void } {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const onUnexpected = options.onUnexpected ?? (() => {});
  const ids = createIds(random);
  const observer = harmless(options.observer ?? NO_OBSERVER, onUnexpected);
  const onCommit = (span: CommitSpan) => observer.onEvent({ type: "committed", ...span });
  const { kv, watch = null } = options;
  const source = watch === null ? null : { watch, clock, random, onUnexpected };
  const store = createStore(createDatabase(kv, ids, { onCommit, shared: source }), source);
  const { hub, readText, close } = createLiveHub(store, clock);
  const count = async (now: number, limit: number) => {
    const due = (await store.queue.countDue(now, limit)).count;
    return due < limit ? due + await store.slots.countWaiting(limit - due) : due;
  };
  const backlog = createBacklog({ clock, count, onUnexpected }, options.maxQueued ?? 100_000);
  const context: RunContext = {
    store,
    hub,
    backlog,
    slots: createSlots({ store, clock, ids, random, hub, backlog, onUnexpected }),
    clock,
    ids,
    random,
    readText,
    kinds: options.kinds ?? stepKinds,
    services: {
      now: clock.now,
      fetch: options.fetch ?? fetch,
      model: options.model ?? null,
    },
    planOf: rememberPlans(),
    onUnexpected,
    observer,
  };
  return { context, close };
}

/** An observer whose own mistakes are reported instead of disturbing what runs. */
function harmless(observer: Observer, onUnexpected: OnUnexpected): Observer {
  return {
    onEvent(event) {
      try {
        observer.onEvent(event);
      } catch (error) {
        onUnexpected(error, `observer of ${event.type}`);
      }
    },
    within: (attempt, run) => observer.within(attempt, run),
  };
}

/** An app's version never changes, so its plan is made once. */
function rememberPlans(): (app: App) => Promise<Plan> {
  const plans = new WeakMap<App, Promise<Plan>>();
  return (app) => {
    const plan = plans.get(app) ?? planSteps(app.definition);
    plans.set(app, plan);
    return plan;
  };
}

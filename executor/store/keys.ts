import type { AuditFilter } from "../deeds.ts";
import type { TaskStatus } from "../task.ts";

type Key = Deno.KvKey;

/** Which tasks a history shows; absent means all. */
export interface HistoryFilter {
  readonly status?: TaskStatus;
  readonly app?: string;
}

/** What one process tells all others: see {@link Bell}. */
export const RINGS = ["work", "rows", "ends", "grants"] as const;
export type Ring = typeof RINGS[number];

/** Every key of the database. Task and app ids sort by time. */
export const keys = {
  seeded: (): Key => ["seeded"],

  apps: (): Key => ["app"],
  app: (appId: string): Key => ["app", appId],
  appVersions: (appId: string): Key => ["app_version", appId],
  appVersion: (appId: string, version: number): Key => ["app_version", appId, version],

  task: (taskId: string): Key => ["task", taskId],
  inputs: (taskId: string): Key => ["inputs", taskId],
  steps: (taskId: string): Key => ["step", taskId],
  step: (taskId: string, stepId: string): Key => ["step", taskId, stepId],
  outputs: (taskId: string): Key => ["output", taskId],
  output: (taskId: string, name: string): Key => ["output", taskId, name],

  /** Long bodies in pieces. A set is written once, under a name nobody used before. */
  partsOf: (taskId: string): Key => ["part", taskId],
  parts: (taskId: string, set: string): Key => ["part", taskId, set],
  part: (taskId: string, set: string, index: number): Key => ["part", taskId, set, index],
  /** Says that parts or steps of a task not yet accepted are being written. */
  partsBefore: (taskId: string): Key => ["parts_before", taskId],
  allPartsBefore: (): Key => ["parts_before"],

  /** Streamed text, by when its run began and the offset it begins at, in UTF-16 units. */
  textsOf: (taskId: string): Key => ["text", taskId],
  textsOfStep: (taskId: string, stepId: string): Key => ["text", taskId, stepId],
  texts: (taskId: string, stepId: string, startedAt: number): Key => [
    "text",
    taskId,
    stepId,
    startedAt,
  ],
  text: (taskId: string, stepId: string, startedAt: number, offset: number): Key => [
    "text",
    taskId,
    stepId,
    startedAt,
    offset,
  ],

  /** Which task a request made that may be sent again, by what names the request. */
  request: (name: string): Key => ["request", name],

  /** API keys by the hash of their secret. */
  apiKeys: (): Key => ["api_key"],
  apiKey: (hash: string): Key => ["api_key", hash],
  /** Written with each new API key, so that two made at once see each other. */
  apiKeyMade: (): Key => ["api_key_made"],

  /** How much of a limit has been taken in the window that began at this time. */
  limit: (name: string, startsAt: number): Key => ["limit", name, startsAt],

  /** What people and programs did: all of it, of one family of deeds, or by one of them. */
  audit: ({ family, who }: AuditFilter): Key => {
    if (who !== undefined) return ["audit_by", who];
    return family === undefined ? ["audit"] : ["audit_in", family];
  },
  /** Links that let others see a task or run an app: each by the hash of its secret. */
  links: (): Key => ["link"],
  link: (hash: string): Key => ["link", hash],
  /** What a link shown in a list is found by. */
  linkPlace: (linkId: string): Key => ["link_place", linkId],
  linkViews: (linkId: string): Key => ["link_views", linkId],
  /** Which links there are to a task or an app. */
  linksTo: (targetId: string): Key => ["links_to", targetId],

  /** Tasks that visitors have started through links, by the hash of what lets them see it. */
  visit: (hash: string): Key => ["visit", hash],
  /** What a link's tasks have used, and which of them run. */
  linkUse: (linkId: string): Key => ["link_use", linkId],

  /** Tasks by the task they were forked from. */
  forks: (taskId: string): Key => ["fork", taskId],
  fork: (taskId: string, forkId: string): Key => ["fork", taskId, forkId],

  /** Tasks deleted whose parts are still to be removed. */
  deletions: (): Key => ["deletion"],
  deletion: (taskId: string): Key => ["deletion", taskId],

  /** Tasks that ended and may have left something that nothing names. */
  allUntidy: (): Key => ["untidy"],
  untidy: (taskId: string): Key => ["untidy", taskId],

  /** The queue: tasks by the time at which somebody may take them. */
  allDue: (): Key => ["due"],
  due: (vestAt: number, taskId: string): Key => ["due", vestAt, taskId],
  /** When the newest of the processes that take tasks began to. */
  started: (): Key => ["started"],

  /** Who holds which slot of an app that runs only so many tasks at once. */
  allSlots: (): Key => ["slot"],
  slots: (appId: string): Key => ["slot", appId],
  slot: (appId: string, number: number): Key => ["slot", appId, number],
  /** Written whenever a slot of the app is given back. */
  slotFreed: (appId: string): Key => ["slot_freed", appId],
  /** Tasks that wait for a slot, instead of standing in the queue; they sort by age. */
  allSlotWaiting: (): Key => ["slot_waiting"],
  slotWaitingOf: (appId: string): Key => ["slot_waiting", appId],
  slotWaiting: (appId: string, taskId: string): Key => ["slot_waiting", appId, taskId],

  /** People who have signed in through a provider, and which of them are admins. */
  people: (): Key => ["person"],
  person: (personId: string): Key => ["person", personId],
  admins: (): Key => ["admins"],
  /** A browser that has signed in before, by the hash of its secret. */
  browser: (hash: string): Key => ["browser", hash],
  /** A session, by the hash of its secret. */
  session: (hash: string): Key => ["session", hash],

  /** What was taken out of the queue because it can never be run, for whoever looks into it. */
  setAside: (name: string): Key => ["set_aside", name],
  /** What stood in the place of its record. */
  setAsideTask: (taskId: string): Key => ["set_aside", taskId, "record"],
  /** Written to be watched by other processes; what it holds says nothing. */
  bell: (ring: Ring): Key => ["bell", ring],
  /** Written with each piece of a task's streamed text, to be watched by other processes. */
  tail: (taskId: string): Key => ["tail", taskId],
  /** The number of the last commit of a process. */
  signature: (writer: string): Key => ["signature", writer],

  history: ({ status, app }: HistoryFilter): Key => {
    if (app !== undefined) {
      return status === undefined ? ["tasks_of", app] : ["tasks_of_in", app, status];
    }
    return status === undefined ? ["tasks"] : ["tasks_in", status];
  },
};

/** The row of a task in the history of all tasks. */
export function rowKey(taskId: string): Key {
  return [...keys.history({}), taskId];
}

/** The four places of the history where a task stands. */
export function historyKeys(taskId: string, appId: string, status: TaskStatus): readonly Key[] {
  const filters = [{}, { status }, { app: appId }, { app: appId, status }];
  return filters.map((filter) => [...keys.history(filter), taskId]);
}

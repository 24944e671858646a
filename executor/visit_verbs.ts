import { hashSecret, newSecret } from "./access/secrets.ts";
import type { RawInputs } from "./definition/inputs.ts";
import type { Link } from "./link.ts";
import type { Grants } from "./live/grants.ts";
import type { RunContext } from "./run/context.ts";
import { hasEnded, isClosing } from "./states.ts";
import type { LinkDay } from "./store/visits.ts";
import type { StartResult, Tasks } from "./task_verbs.ts";
import { tokensOf, usageOf } from "./usage.ts";

/** How long a visitor can see the task they have started, in milliseconds. */
export const VISIT_MS = 24 * 60 * 60 * 1_000;

/** Tasks of one link that run at once: what they will use is not known, and so not counted, yet. */
export const MAX_VISITS_AT_ONCE = 10;
/** When to try again where so many run. */
const RUNNING_PAUSE_MS = 10_000;

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Most tasks whose end is written down in one commit. */
const MAX_SETTLED = 100;

/** A task that somebody has started through a link to its app, for as long as they may see it. */
export interface Visit {
  readonly taskId: string;
  /** Says what of the task is shown, and to which sites. */
  readonly link: Link;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** How a visitor's attempt to start a task ended. The token is told this once. */
export type VisitResult =
  | {
    readonly type: "started";
    readonly taskId: string;
    readonly token: string;
    /** Epoch milliseconds. */
    readonly expiresAt: number;
  }
  /** The link's tasks have used the tokens of this day; the next begins in so many milliseconds. */
  | { readonly type: "budget-spent"; readonly limit: number; readonly retryAfterMs: number }
  /** As many of the link's tasks of this day run as may at once. */
  | { readonly type: "too-many-running"; readonly limit: number; readonly retryAfterMs: number }
  | Exclude<StartResult, { readonly type: "started" }>;

/** Tasks that strangers start through links to apps, and see without seeing anything else. */
export interface Visits {
  /**
   * Starts a task of the app's current version. What the link's tasks of this day (UTC) have used so
   * far is counted before: those that run already, {@link MAX_VISITS_AT_ONCE} at most, may still go
   * over its budget.
   */
  start(link: Link, token: string, raw: RawInputs): Promise<VisitResult>;
  /** Null for anything that opens nothing: unknown and expired are alike, and its link revoked. */
  open(token: string): Promise<Visit | null>;
  /** A right that ends with the visit, and with its link: to be held by what stays open. */
  hold(visit: Visit, onGone: () => void): () => void;
}

export function createVisits(
  { store, clock }: RunContext,
  { tasks, grants }: { readonly tasks: Tasks; readonly grants: Grants },
): Visits {
  const { links, visits } = store;
  /** The last start of each link that is under way: the next one counts it. */
  const lanes = new Map<string, Promise<unknown>>();

  /** Tokens that the link's tasks of this day have used so far, and how many of them run. */
  async function spentOn(day: LinkDay): Promise<{ tokens: number; running: number }> {
    const spending = await visits.spending(day);
    const ended = new Map<string, number>();
    let { tokens } = spending;
    let running = 0;
    for (const taskId of spending.open) {
      const { used, isFinal } = await usedBy(taskId);
      tokens += used;
      if (!isFinal) running++;
      else if (ended.size < MAX_SETTLED) ended.set(taskId, used);
    }
    if (ended.size > 0) await visits.settle(day, spending, ended);
    return { tokens, running };
  }

  /** Does it when what was asked for before it of the same link is done. */
  async function inTurn<Result>(linkId: string, act: () => Promise<Result>): Promise<Result> {
    const turn = (lanes.get(linkId) ?? Promise.resolve()).then(act, act);
    lanes.set(linkId, turn);
    try {
      return await turn;
    } finally {
      if (lanes.get(linkId) === turn) lanes.delete(linkId);
    }
  }

  /** Of a task that was deleted nobody knows. */
  async function usedBy(taskId: string): Promise<{ used: number; isFinal: boolean }> {
    const record = (await store.tasks.read(taskId))?.record;
    if (record === undefined) return { used: 0, isFinal: true };
    const isFinal = hasEnded(record.state) && !isClosing(record.state);
    return { used: tokensOf(usageOf(Object.values(record.steps))), isFinal };
  }

  async function start(link: Link, token: string, raw: RawInputs): Promise<VisitResult> {
    const { target } = link;
    if (target.kind !== "app") return { type: "unknown-app" };
    const now = clock.now();
    const at = { linkId: link.id, day: new Date(now).toISOString().slice(0, 10) };
    const { tokens, running } = await spentOn(at);
    if (tokens >= target.tokensPerDay) {
      const retryAfterMs = DAY_MS - now % DAY_MS;
      return { type: "budget-spent", limit: target.tokensPerDay, retryAfterMs };
    }
    if (running >= MAX_VISITS_AT_ONCE) {
      return {
        type: "too-many-running",
        limit: MAX_VISITS_AT_ONCE,
        retryAfterMs: RUNNING_PAUSE_MS,
      };
    }
    const result = await tasks.start(target.appId, raw, { kind: "embed" });
    if (result.type !== "started") return result;
    const { taskId } = result;
    const secret = newSecret("cbv_");
    const expiresAt = Math.min(now + VISIT_MS, link.expiresAt);
    const visit = { taskId, linkHash: await hashSecret(token), expiresAt };
    await visits.add(await hashSecret(secret), visit, { ...at, now });
    return { type: "started", taskId, token: secret, expiresAt };
  }

  return {
    start: (link, token, raw) => inTurn(link.id, () => start(link, token, raw)),

    async open(token) {
      const visit = await visits.find(await hashSecret(token));
      if (visit === null || visit.expiresAt <= clock.now()) return null;
      const link = await links.find(visit.linkHash);
      if (link === null || link.expiresAt <= clock.now()) return null;
      return { taskId: visit.taskId, link, expiresAt: visit.expiresAt };
    },

    hold: ({ link, expiresAt }, onGone) =>
      grants.hold({ id: link.id, expiresAt, isGood: () => links.exists(link.id) }, onGone),
  };
}

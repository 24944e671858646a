import type { Accept } from "./acceptance.ts";
import { hashSecret, newSecret } from "./access/secrets.ts";
import type { RawInputs } from "./definition/inputs.ts";
import type { Taken } from "./limits.ts";
import type { Link, LinkTarget } from "./link.ts";
import { dayOf, type NoRoom, refusalOf, sumUse, type TaskUse } from "./link_use.ts";
import type { Grants } from "./live/grants.ts";
import type { RunContext } from "./run/context.ts";
import { checkStart } from "./start_check.ts";
import { hasEnded, isClosing } from "./states.ts";
import type { LinkUseChange } from "./store/visits.ts";
import type { StartResult } from "./task_verbs.ts";
import { tokensOf, usageOf } from "./usage.ts";

/** How long a visitor can see the task they have started, in milliseconds. */
export const VISIT_MS = 24 * 60 * 60 * 1_000;

/** A task that somebody has started through a link to its app, for as long as they may see it. */
export interface Visit {
  readonly taskId: string;
  /** Says what of the task is shown, and to which sites. */
  readonly link: Link;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A visitor's attempt to start a task. */
export interface VisitRequest {
  readonly raw: RawInputs;
  /** Asked once, when all else is well: whether the visitor may start another. */
  take?(): Promise<Taken>;
}

/** How it ended. The token is told this once. */
export type VisitResult =
  | {
    readonly type: "started";
    readonly taskId: string;
    readonly token: string;
    /** Epoch milliseconds. */
    readonly expiresAt: number;
  }
  | NoRoom
  /** They may not start another now. */
  | { readonly type: "too-often"; readonly retryAfterMs: number }
  | Exclude<StartResult, { readonly type: "started" }>;

/** Tasks that strangers start through links to apps, and see without seeing anything else. */
export interface Visits {
  /**
   * Starts a task of the app's current version. What the link's tasks of this day (UTC) have used so
   * far is counted before: those that run already, ten at most over all processes, may still go
   * over its budget.
   */
  start(link: Link, token: string, request: VisitRequest): Promise<VisitResult>;
  /** Null for anything that opens nothing: unknown and expired are alike, and its link revoked. */
  open(token: string): Promise<Visit | null>;
  /** A right that ends with the visit, and with its link: to be held by what stays open. */
  hold(visit: Visit, onGone: () => void): () => void;
}

/** A start by a link to an app. */
interface Start extends Required<VisitRequest> {
  readonly link: Link;
  /** What opens it. */
  readonly token: string;
  readonly target: LinkTarget & { readonly kind: "app" };
}

export function createVisits(
  { store, clock }: RunContext,
  { accept, grants }: { readonly accept: Accept; readonly grants: Grants },
): Visits {
  const { links, visits } = store;
  /** The last start of each link that is under way here: the next one counts it. */
  const lanes = new Map<string, Promise<unknown>>();

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
  async function useOf(taskId: string): Promise<TaskUse> {
    const record = (await store.tasks.read(taskId))?.record;
    if (record === undefined) return { tokens: 0, hasEnded: true };
    const tokens = tokensOf(usageOf(Object.values(record.steps)));
    return { tokens, hasEnded: hasEnded(record.state) && !isClosing(record.state) };
  }

  /** The link's use as it is to be kept, or why it starts nothing now; null where it has gone. */
  async function makeRoom({ link, target }: Start): Promise<LinkUseChange | NoRoom | null> {
    const now = clock.now();
    const before = await visits.readUse(link.id);
    if (before === null) return null;
    const open = before.use?.open ?? [];
    const uses = await Promise.all(open.map(({ taskId }) => useOf(taskId)));
    const use = sumUse(before.use, dayOf(now), uses);
    const keptMs = Math.max(1, link.expiresAt - now);
    const change = { linkId: link.id, before, next: use.next, keptMs };
    const refusal = refusalOf(use, { tokensPerDay: target.tokensPerDay, now });
    if (refusal === null) return change;
    // What has ended is written down, so that it counts also where it is deleted before the next.
    if (use.next.open.length < open.length) await visits.saveUse(change);
    return refusal;
  }

  /** Null where others saved the app, or started a task by the same link, at the same time. */
  async function tryStart(start: Start): Promise<VisitResult | null> {
    const { link, token, target: { appId }, raw, take } = start;
    const checked = await checkStart(store, appId, raw);
    if (checked?.type !== "startable") return checked;
    const change = await makeRoom(start);
    if (change === null) return { type: "unknown-app" };
    if ("type" in change) return change;
    const taken = await take();
    if (!taken.ok) return { type: "too-often", retryAfterMs: taken.retryAfterMs };
    const secret = newSecret("cbv_");
    const expiresAt = Math.min(clock.now() + VISIT_MS, link.expiresAt);
    const acceptance = await accept({
      ...checked,
      origin: { kind: "embed" },
      visit: {
        hash: await hashSecret(secret),
        visit: { linkHash: await hashSecret(token), expiresAt },
        keptMs: Math.max(1, expiresAt - clock.now()),
        change,
      },
    });
    switch (acceptance.type) {
      case "accepted":
        return { type: "started", taskId: acceptance.taskId, token: secret, expiresAt };
      case "queue-full":
        return { ...acceptance, app: checked.app };
      case "changed":
        store.apps.forget(appId);
        return null;
    }
  }

  async function startUntilSettled(start: Start): Promise<VisitResult> {
    for (;;) {
      const result = await tryStart(start);
      if (result !== null) return result;
    }
  }

  return {
    async start(link, token, { raw, take = () => Promise.resolve({ ok: true }) }) {
      const { target } = link;
      if (target.kind !== "app") return { type: "unknown-app" };
      const start = { link, token, target, raw, take: once(take) };
      return await inTurn(link.id, () => startUntilSettled(start));
    },

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

/** Asks the first time only. */
function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => answer ??= ask();
}

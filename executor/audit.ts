import type { Clock } from "./clock.ts";
import type { AuditEntry, AuditFilter, AuditRow } from "./deeds.ts";
import type { OnUnexpected } from "./events.ts";
import type { Ids } from "./ids.ts";
import type { AuditStore } from "./store/audit.ts";
import type { Page, PageQuery } from "./store/pages.ts";

/** Keeps who did what for 90 days. */
export interface Audit {
  /**
   * Tells of something that has been done. It is written a moment later, together with what else is
   * told meanwhile: nobody waits for it, nothing fails with it, and a process that is killed takes
   * what was told in its last quarter of a second with it. Names are cut after 200 characters.
   */
  tell(entry: AuditEntry): void;
  /** A page of it, newest first, with all that was told here. */
  page(query: AuditFilter & PageQuery): Promise<Page<AuditRow>>;
}

/** How long an entry may wait for company. */
const FLUSH_MS = 250;
/** Rows that wait while the database does not answer; of more the oldest are lost, and that is told. */
const MAX_WAITING = 10_000;
const MAX_NAME_LENGTH = 200;
/** How long a process that stops holds on for its last rows. */
const LAST_ROWS_MS = 1_000;

export interface AuditOptions {
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly onUnexpected: OnUnexpected;
}

export function createAudit(
  { store, clock, ids, onUnexpected }: AuditOptions,
): { readonly audit: Audit; close(): Promise<void> } {
  let waiting: AuditRow[] = [];
  let cancelTimer: (() => void) | null = null;
  let writing: Promise<void> | null = null;

  /** Rows have names of their own, so that to write one again does no harm. */
  async function write(): Promise<void> {
    const rows = waiting;
    waiting = [];
    try {
      await store.add(rows);
    } catch (error) {
      onUnexpected(error, "audit");
      waiting = [...rows, ...waiting];
      setTimer();
    }
  }

  async function flush(): Promise<void> {
    cancelTimer?.();
    cancelTimer = null;
    await writing;
    if (waiting.length === 0) return;
    writing ??= write().finally(() => writing = null);
    await writing;
  }

  function setTimer(): void {
    cancelTimer ??= clock.after(FLUSH_MS, () => void flush());
  }

  const audit: Audit = {
    tell(entry) {
      // Of what anybody may do, the Task History says as much.
      if (entry.did === "task-run" && entry.who.kind === "anybody") return;
      const at = clock.now();
      waiting.push({ ...shortened(entry), id: ids.audit(at), at });
      if (waiting.length > MAX_WAITING) {
        waiting.shift();
        onUnexpected(new Error("Cannot keep all of the audit list: a row is lost"), "audit");
      }
      setTimer();
    },

    async page(query) {
      await flush();
      return await store.page(query);
    },
  };
  return {
    audit,
    async close() {
      const { promise: isOver, resolve } = Promise.withResolvers<void>();
      const cancel = clock.after(LAST_ROWS_MS, resolve);
      await Promise.race([flush(), isOver]);
      cancel();
    },
  };
}

function shortened({ who, did, what, detail }: AuditEntry): AuditEntry {
  return {
    who: { ...who, name: short(who.name) },
    did,
    what: what && { ...what, name: short(what.name) },
    ...detail !== undefined && { detail: short(detail) },
  };
}

function short(text: string): string {
  return text.slice(0, MAX_NAME_LENGTH).toWellFormed();
}

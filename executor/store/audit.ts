import { z } from "zod";
import {
  ACTOR_KINDS,
  type AuditFilter,
  type AuditRow,
  DEEDS,
  isDeed,
  THING_KINDS,
} from "../deeds.ts";
import type { Database } from "./database.ts";
import { keys } from "./keys.ts";
import { type Page, type PageQuery, Pages } from "./pages.ts";
import { WriteSet } from "./write_set.ts";

/** How long a row is kept. The database itself then forgets it. */
export const AUDIT_KEPT_MS = 90 * 24 * 60 * 60 * 1_000;
/** Rows in one write set: each stands at three places. */
const ROWS_A_WRITE = 100;

const AuditRecord = z.object({
  id: z.string(),
  at: z.number(),
  who: z.object({ kind: z.enum(ACTOR_KINDS), id: z.string(), name: z.string() }),
  did: z.string().refine(isDeed),
  what: z.object({
    kind: z.enum(THING_KINDS),
    id: z.string(),
    name: z.string(),
    targetId: z.string().optional(),
  }).nullable(),
  detail: z.string().optional(),
});

/** The audit list as it is kept: one range read a page, whatever its depth and filter. */
export type AuditStore = ReturnType<typeof createAuditStore>;

export function createAuditStore({ kv, committer }: Database) {
  const pages = new Pages<AuditRow>(kv, (value) => AuditRecord.safeParse(value).data ?? null);

  return {
    /** Rows that are there already stay as they are. */
    async add(rows: readonly AuditRow[]): Promise<void> {
      for (let first = 0; first < rows.length; first += ROWS_A_WRITE) {
        const writes = new WriteSet("audit");
        for (const row of rows.slice(first, first + ROWS_A_WRITE)) setRow(writes, row);
        await committer.commit(writes);
      }
    },

    page(query: AuditFilter & PageQuery): Promise<Page<AuditRow>> {
      return pages.read(keys.audit(query), query);
    },
  };
}

function setRow(writes: WriteSet, row: AuditRow): void {
  const filters = [
    {},
    { family: DEEDS[row.did] },
    ...row.who.id === "" ? [] : [{ who: row.who.id }],
  ];
  for (const filter of filters) {
    writes.set([...keys.audit(filter), row.id], row, sizeOf(row), AUDIT_KEPT_MS);
  }
}

function sizeOf({ who, what, detail = "" }: AuditRow): number {
  const { id = "", name = "", targetId = "" } = what ?? {};
  const names = who.id + who.name + id + name + targetId + detail;
  return 300 + names.length * 2;
}

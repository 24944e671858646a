import { Hono } from "hono";
import { z } from "zod";
import { AUDIT_FAMILIES, AUDIT_ID } from "../../executor/mod.ts";
import { AuditList, AuditPage } from "../../views/settings/audit_page.tsx";
import type { Deps } from "../deps.ts";
import { oneCursor, parseQuery } from "../request/list_query.ts";
import { pageContext, wantsFragment } from "../request/requests.ts";

const ROWS_A_PAGE = 50;

const AuditId = z.string().regex(AUDIT_ID, "be the id of a row");
const AuditQuery = z.object({
  family: z.enum(AUDIT_FAMILIES, `be one of ${AUDIT_FAMILIES.join(", ")}`).optional(),
  who: z.string().max(200, "be who did it").optional(),
  before: AuditId.optional(),
  after: AuditId.optional(),
}).check(oneCursor);

/** Who did what. */
export function auditRoutes(deps: Deps): Hono {
  const { audit } = deps.executor;
  return new Hono().get("/settings/audit", async (c) => {
    const query = parseQuery(c, AuditQuery);
    const page = await audit.page({ ...query, limit: ROWS_A_PAGE });
    const list = { context: pageContext(c, deps), query, page };
    c.header("Vary", "HX-Request");
    c.header("Cache-Control", "no-store");
    return c.html(wantsFragment(c) ? <AuditList {...list} /> : <AuditPage {...list} />);
  });
}

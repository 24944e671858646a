import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { TASK_ID, TASK_STATUSES } from "../../executor/mod.ts";
import { quoted } from "./quoted.ts";

export const DEFAULT_LIMIT = 25;
export const MAX_LIMIT = 100;

export const TaskId = z.string().regex(TASK_ID, "be the id of a task");
const WANTED_LIMIT = `be a whole number from 1 to ${MAX_LIMIT}`;

/** Which tasks of the history, and how many. */
export const LIST_FILTERS = {
  status: z.enum(TASK_STATUSES, `be one of ${TASK_STATUSES.join(", ")}`).optional().describe(
    "Only tasks that stand so.",
  ),
  app: z.string().max(60, "be the id of an app").optional().describe(
    "Only tasks of the app with this id.",
  ),
  limit: z.string().regex(/^\d{1,3}$/, WANTED_LIMIT).transform(Number)
    .pipe(z.int().min(1, WANTED_LIMIT).max(MAX_LIMIT, WANTED_LIMIT))
    .optional().describe(`Tasks a page; ${DEFAULT_LIMIT} unless given.`),
};

/** Of the two cursors of a list a query holds one at most: no page begins at both. */
export const oneCursor = z.refine<{ readonly before?: string; readonly after?: string }>(
  ({ before, after }) => before === undefined || after === undefined,
  { message: 'give "before" or "after", not both' },
);

/** The query of a page of the history. */
export const ListQuery = z.object({
  ...LIST_FILTERS,
  before: TaskId.optional().describe("Only tasks older than the one with this id."),
  after: TaskId.optional().describe(
    "Only tasks newer than the one with this id; not together with before.",
  ),
}).check(oneCursor);

/**
 * The query of a request. An empty field, as a form sends it, counts as absent.
 *
 * @throws {HTTPException} 400 where a field is not of this shape.
 */
export function parseQuery<Schema extends z.ZodType>(c: Context, schema: Schema): z.infer<Schema> {
  const given = Object.entries(c.req.query()).filter(([, value]) => value !== "");
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const { path: [field], message } = parsed.error.issues[0] ?? { path: [], message: "ask anew" };
  const name = String(field);
  const sentence = field === undefined
    ? message
    : `"${name}" has to ${message}, not ${quoted(c.req.query(name))}`;
  throw new HTTPException(400, { message: `Cannot show this part of the list: ${sentence}` });
}

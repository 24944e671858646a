import { z } from "zod";
import { SHOWN_PARTS } from "../../../executor/mod.ts";
import { isSite, MAX_SITES } from "../../request/sites.ts";

/** For how long a link may be good. */
export const MIN_SHARED_SECONDS = 60;
export const MAX_SHARED_SECONDS = 365 * 24 * 60 * 60;

/** The body that makes a link to a task. */
export const ShareBody = z.strictObject({
  expiresInSeconds: z.int().min(MIN_SHARED_SECONDS).max(MAX_SHARED_SECONDS),
  show: z.array(z.enum(SHOWN_PARTS)).max(SHOWN_PARTS.length).describe(
    "What of the task is shown; how it stands always is.",
  ),
  origins: z.array(z.string().max(300).refine(isSite)).max(MAX_SITES).default([]).describe(
    "Web sites that may hold it in a frame, such as https://example.org.",
  ),
});

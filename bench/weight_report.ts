import { z } from "zod";

/** What one first load of a page took over the wire. */
export const PageWeight = z.object({
  /** Bytes of all answers with their headers, the document and the begin of the stream included. */
  bytes: z.number(),
  /** Requests but the open stream, the document included. */
  requests: z.number(),
});
export type PageWeight = z.infer<typeof PageWeight>;

/** What the browser's process reports: each page's loads. */
export const WeightReport = z.object({
  completed: z.array(PageWeight),
  running: z.array(PageWeight),
});
export type WeightReport = z.infer<typeof WeightReport>;

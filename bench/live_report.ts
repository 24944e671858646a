import { z } from "zod";

/** What the browser's process is told, as JSON. */
export const LiveOrder = z.object({
  /** Origin of the bare server, which takes the orders too. */
  bare: z.string(),
  /** Origin of the app. */
  app: z.string(),
  steps: z.number(),
  rounds: z.number(),
  tasksARound: z.number(),
});
export type LiveOrder = z.infer<typeof LiveOrder>;

/** When the changes of one task were caused, in epoch milliseconds by the server's clock, in order. */
export const Causes = z.object({
  /** A step's outcome. */
  endedAt: z.array(z.number()),
  /** Its commit. */
  committedAt: z.array(z.number()),
  /** A message of the bare server. */
  sentAt: z.array(z.number()),
});
export type Causes = z.infer<typeof Causes>;

/** One round as the browser's process reports it: milliseconds. */
export const LiveRound = z.object({
  /** From a step's outcome until the page shows it. */
  shown: z.array(z.number()),
  /** From a step's outcome until it was committed. */
  committed: z.array(z.number()),
  /** From a bare message until the page shows it. */
  bare: z.array(z.number()),
  /** How far the clocks of page and server are apart, at most, beyond what was corrected. */
  clockError: z.number(),
});
export type LiveRound = z.infer<typeof LiveRound>;

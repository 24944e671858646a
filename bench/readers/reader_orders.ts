import { z } from "zod";

/** What a process of readers is told, a line of JSON each. Each is answered with one line. */
export const ReaderOrder = z.discriminatedUnion("type", [
  /** Opens so many streams; answered when all have begun. Those that stall read no further. */
  z.object({
    type: z.literal("connect"),
    origin: z.string(),
    path: z.string(),
    count: z.number(),
    isStalled: z.boolean(),
  }),
  /** Answered with a `Delivery` when every reader that reads has got the next message. */
  z.object({ type: z.literal("receive") }),
]);
export type ReaderOrder = z.infer<typeof ReaderOrder>;

/** A message as the readers of a process got it. */
export const Delivery = z.object({
  /** When each had it whole, in epoch milliseconds. */
  at: z.array(z.number()),
  /** What it took on the wire for one reader. */
  bytes: z.number(),
});
export type Delivery = z.infer<typeof Delivery>;

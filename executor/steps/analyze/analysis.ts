import { z } from "zod";

/** Kinds of things a text names. `name`: a proper name of which no more is known. */
export const ENTITY_TYPES = [
  "person",
  "organization",
  "place",
  "name",
  "date",
  "time",
  "duration",
  "money",
  "percent",
  "email",
  "url",
  "hashtag",
  "mention",
] as const;
export type EntityType = typeof ENTITY_TYPES[number];

const Count = z.int().min(0);

/** What `analyze` finds in a text. */
export const Analysis = z.object({
  /** Whole sentences of the text, in its order; a very long one is cut, with … at its end. */
  summary: z.array(z.string()),
  /** Most important first; `term` as the text writes it most often. */
  keywords: z.array(z.object({ term: z.string(), count: Count })),
  /** Most frequent first, at most {@link MAX_ENTITIES}. */
  entities: z.array(z.object({ text: z.string(), type: z.enum(ENTITY_TYPES), count: Count })),
  /** From -1 (negative) to 1 (positive); 0 is neutral. */
  sentiment: z.number().min(-1).max(1),
  counts: z.object({
    /** Unicode code points. */
    characters: Count,
    words: Count,
    sentences: Count,
    paragraphs: Count,
    /** Whole minutes at {@link WORDS_PER_MINUTE}, at least 1 unless there is nothing to read. */
    readingMinutes: Count,
  }),
});
export type Analysis = z.infer<typeof Analysis>;
export type Keyword = Analysis["keywords"][number];
export type Entity = Analysis["entities"][number];
export type Counts = Analysis["counts"];

export const MAX_ENTITIES = 100;

/** Silent reading of English, after Brysbaert, "How many words do we read per minute?" (2019). */
export const WORDS_PER_MINUTE = 238;

/** What the worker is asked. */
export interface AnalysisRequest {
  readonly text: string;
  readonly sentences: number;
  readonly keywords: number;
}

/** What the worker answers, one for each request, in their order. */
export const AnalysisReply = z.discriminatedUnion("type", [
  z.object({ type: z.literal("done"), analysis: Analysis }),
  z.object({ type: z.literal("failed"), message: z.string() }),
]);
export type AnalysisReply = z.infer<typeof AnalysisReply>;

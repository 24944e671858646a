import { HTTPException } from "hono/http-exception";
import { quoted } from "./quoted.ts";

export const DAY_SECONDS = 24 * 60 * 60;

/** What a form offers, and which of it is chosen at first. */
export interface OfferedDays {
  readonly offered: ReadonlyMap<number, string>;
  readonly preset: number;
}

/** For how many days something is to be good. @throws {HTTPException} 400 for what no form offers. */
export function readDays(text: string | undefined, { offered, preset }: OfferedDays): number {
  const days = text === undefined ? preset : Number(text);
  if (text !== "" && offered.has(days)) return days;
  throw new HTTPException(400, {
    message: `Cannot make this good for ${quoted(text)} days: it has to be one of those offered`,
  });
}

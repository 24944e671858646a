import { HTTPException } from "hono/http-exception";
import { LINK_DAYS } from "../views/links/link_fields.tsx";
import { quoted } from "./quoted.ts";

export const DAY_SECONDS = 24 * 60 * 60;

/** For how many days a link is to be good. @throws {HTTPException} 400 for what no form offers. */
export function readDays(text: string | undefined, preset: number): number {
  const days = text === undefined ? preset : Number(text);
  if (LINK_DAYS.has(days)) return days;
  throw new HTTPException(400, {
    message: `Cannot make a link for ${quoted(text)} days: it has to be one of those offered`,
  });
}

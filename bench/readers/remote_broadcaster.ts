import { z } from "zod";
import { type Broadcaster, CHANGE_PATH, OPEN_PATH } from "./broadcaster.ts";

const Opened = z.object({ path: z.string() });
const Changed = z.object({ at: z.number() });

/** A broadcaster in another process. */
export function remoteBroadcaster(origin: string): Broadcaster {
  return {
    open: async () => Opened.parse(await post(`${origin}${OPEN_PATH}`)),
    change: async (bytes) => Changed.parse(await post(`${origin}${CHANGE_PATH}?bytes=${bytes}`)),
  };
}

async function post(url: string): Promise<unknown> {
  const response = await fetch(url, { method: "POST" });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot measure: ${url} was answered ${response.status}`);
  return JSON.parse(text);
}

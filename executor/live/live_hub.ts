import type { Clock } from "../clock.ts";
import type { Store } from "../store/mod.ts";
import type { TextRef } from "../store/texts.ts";
import { createHub, type Hub } from "./hub.ts";
import { createSharedHub } from "./shared_hub.ts";

/** What readers in this process hear of tasks, and the text these have streamed. */
export interface LiveHub {
  readonly hub: Hub;
  /** The streamed text of a run of a step: as far as this process, or the database, has it. */
  readonly readText: (ref: TextRef) => Promise<string>;
  readonly close: () => void;
}

export function createLiveHub({ watches, texts }: Store, clock: Clock): LiveHub {
  const hub = createHub();
  if (watches === null) {
    return { hub, readText: async (ref) => hub.textOf(ref) ?? await texts.read(ref), close() {} };
  }
  const shared = createSharedHub(hub, { watches, clock, texts });
  return { hub: shared, readText: shared.readText, close: shared.close };
}

import type { Clock } from "./clock.ts";
import type { OnUnexpected } from "./events.ts";
import type { Link } from "./link.ts";
import type { LinkStore } from "./store/links.ts";

/** How long views are gathered before they are written. */
const GATHER_MS = 2_000;
/** Links whose views are gathered at once; those of more are not counted. */
const MAX_LINKS = 1_000;
/** Most tries against other processes that count the same link. */
const MAX_TRIES = 5;

/** Counts how often links are opened, coarsely: what a process that dies has gathered is lost. */
export interface LinkViews {
  count(link: Link): void;
  /** Writes what has been gathered. Never rejects. */
  flush(): Promise<void>;
}

export function createLinkViews(
  { store, clock, onUnexpected }: {
    readonly store: LinkStore;
    readonly clock: Clock;
    readonly onUnexpected: OnUnexpected;
  },
): LinkViews {
  let gathered = new Map<string, { readonly link: Link; count: number }>();

  async function write(link: Link, count: number): Promise<void> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      if (await store.addViews(link, count, clock.now())) return;
    }
  }

  async function flush(): Promise<void> {
    const writing = gathered;
    gathered = new Map();
    for (const { link, count } of writing.values()) {
      await write(link, count).catch((error) => onUnexpected(error, "views of links"));
    }
  }

  return {
    count(link) {
      if (gathered.size === 0) clock.after(GATHER_MS, flush);
      const known = gathered.get(link.id);
      if (known !== undefined) known.count++;
      else if (gathered.size < MAX_LINKS) gathered.set(link.id, { link, count: 1 });
    },
    flush,
  };
}

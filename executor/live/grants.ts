import type { Clock } from "../clock.ts";
import type { OnUnexpected } from "../events.ts";
import type { Watches } from "../store/watches.ts";
import { every } from "./every.ts";

/** A ring may be lost: what is held is looked at this often at least. */
const LOOK_MS = 10_000;

/** A right that is used for longer than a request takes, such as to follow a task. */
export interface Grant {
  /** Names what gives it, such as a share link or a session; any number of readers may hold it. */
  readonly id: string;
  /** Epoch milliseconds; null where it does not run out by itself. */
  readonly expiresAt: number | null;
  /** Whether the database says that it still stands. */
  isGood(): Promise<boolean>;
}

/** Ends what is open when the right to it is taken away, in every process. */
export interface Grants {
  /**
   * Calls `onGone` once, when the right runs out or is taken away, also where that happened just
   * before. The answer gives the right back.
   */
  hold(grant: Grant, onGone: () => void): () => void;
  /**
   * To be called once the database says that the right is gone: ends what is held of it here, at
   * once, and tells other processes. Never rejects.
   */
  end(id: string): Promise<void>;
}

export interface GrantsOptions {
  readonly clock: Clock;
  /** Null where the database belongs to this process alone. */
  readonly watches: Watches | null;
  /** Tells other processes that a right was taken away. */
  readonly ring: (ring: "grants") => Promise<void>;
  readonly onUnexpected: OnUnexpected;
}

interface Held {
  readonly grant: Grant;
  readonly release: () => void;
  readonly lose: () => void;
}

export function createGrants(
  { clock, watches, ring, onUnexpected }: GrantsOptions,
): Grants & { readonly close: () => void } {
  const held = new Map<string, Set<Held>>();
  let stopHearing: (() => void) | null = null;

  function hear(): () => void {
    if (watches === null) return () => {};
    const stopBell = watches.bells(["grants"], lookAtAll);
    const stopLooking = every(clock, LOOK_MS, lookAtAll);
    return () => {
      stopBell();
      stopLooking();
    };
  }

  function remove(entry: Held): void {
    const ofGrant = held.get(entry.grant.id);
    if (ofGrant?.delete(entry) && ofGrant.size === 0) held.delete(entry.grant.id);
    if (held.size > 0) return;
    stopHearing?.();
    stopHearing = null;
  }

  function lose(id: string): void {
    for (const entry of [...held.get(id) ?? []]) entry.lose();
  }

  function lookAtAll(): void {
    for (const id of held.keys()) look(id);
  }

  /** Asks one for all that hold the same right. */
  async function look(id: string): Promise<void> {
    try {
      for (const { grant } of held.get(id) ?? []) {
        if (!await grant.isGood()) lose(id);
        return;
      }
    } catch (error) {
      onUnexpected(error, "grants"); // Nobody has said that it is gone.
    }
  }

  return {
    hold(grant, onGone) {
      const { id, expiresAt } = grant;
      const cancel = expiresAt === null
        ? () => {}
        : clock.after(expiresAt - clock.now(), () => entry.lose());
      const release = () => {
        cancel();
        remove(entry);
      };
      const entry: Held = {
        grant,
        release,
        lose() {
          release();
          onGone();
        },
      };
      held.set(id, (held.get(id) ?? new Set()).add(entry));
      stopHearing ??= hear();
      look(id); // It may have been taken away since somebody looked.
      return release;
    },

    async end(id) {
      lose(id);
      await ring("grants").catch((error) => onUnexpected(error, "grants"));
    },

    close() {
      for (const entries of [...held.values()]) for (const { release } of [...entries]) release();
    },
  };
}

import type { Kv, KvAtomic, KvRead } from "./kv.ts";

/** A connection to a KV Connect service. */
export interface KvConnection extends Kv {
  watch(keys: readonly Deno.KvKey[]): ReadableStream<readonly KvRead[]>;
  close(): void;
}

/** One of several connections, and what it is doing. */
interface Place {
  readonly kv: KvConnection;
  /** Requests under way on it, and watches. */
  busy: number;
}

/**
 * Spreads work over connections, each request to the one that has the least to do.
 *
 * Neither Deno's client nor denokv sets `TCP_NODELAY`, so that what is sent while something before
 * it is not acknowledged waits for that, 40 ms on Linux (Nagle, RFC 896; delayed acknowledgement,
 * RFC 1122). Two answers on one connection wait for each other; hence several. The head and the body
 * of a request that is not small go apart as well; hence a small one just before, whose answer
 * acknowledges both. A commit takes 2 ms so, and 46 ms otherwise.
 *
 * @param watching Connections for watches alone.
 */
export function poolKv(
  working: readonly KvConnection[],
  watching: readonly KvConnection[],
): KvConnection {
  const places = working.map((kv): Place => ({ kv, busy: 0 }));
  const watchers = watching.map((kv): Place => ({ kv, busy: 0 }));
  return {
    get: (key) => during(leastBusy(places), (kv) => kv.get(key)),
    getMany: (keys) =>
      during(leastBusy(places), (kv) => {
        nudge(kv);
        return kv.getMany(keys);
      }),
    async *list(selector, options) {
      const place = leastBusy(places);
      place.busy++;
      try {
        yield* place.kv.list(selector, options);
      } finally {
        place.busy--;
      }
    },
    atomic: () => pooledAtomic(leastBusy(places)),
    watch(keys) {
      const place = leastBusy(watchers);
      place.busy++;
      return whenOver(place.kv.watch(keys), () => place.busy--);
    },
    close() {
      for (const { kv } of [...places, ...watchers]) kv.close();
    },
  };
}

/** Sends something small. What comes of it is of no interest. */
function nudge(kv: KvConnection): void {
  kv.get(["nudge"]).catch(() => {});
}

function leastBusy(places: readonly Place[]): Place {
  return places.reduce((least, place) => place.busy < least.busy ? place : least);
}

async function during<Result>(
  place: Place,
  work: (kv: KvConnection) => Promise<Result>,
): Promise<Result> {
  place.busy++;
  try {
    return await work(place.kv);
  } finally {
    place.busy--;
  }
}

function pooledAtomic(place: Place): KvAtomic {
  const atomic = place.kv.atomic();
  return {
    check: (...checks) => atomic.check(...checks),
    set: (key, value, options) => atomic.set(key, value, options),
    delete: (key) => atomic.delete(key),
    commit: () =>
      during(place, (kv) => {
        nudge(kv);
        return atomic.commit();
      }),
  };
}

/** The same stream; `onOver` is called once, when it has ended, failed or was cancelled. */
function whenOver<Item>(stream: ReadableStream<Item>, onOver: () => void): ReadableStream<Item> {
  const reader = stream.getReader();
  let isOver = false;
  function action(): void {
    if (!isOver) onOver();
    isOver = true;
  }
  return new ReadableStream<Item>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        action();
        controller.close();
      } catch (error) {
        action();
        controller.error(error);
      }
    },
    async cancel(reason) {
      action();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

import { remoteBroadcaster } from "./remote_broadcaster.ts";
import { startReaders } from "./reader_process.ts";

/** How many read a stream. */
export interface AudienceSize {
  /** Readers whose deliveries are timed. */
  readonly timed: number;
  /** Readers who read as well. */
  readonly others: number;
  /** Readers who stop reading as soon as the stream is open. */
  readonly stalled: number;
}

/** A message as it came to those who are timed. */
export interface TimedDelivery {
  /** From the change until each had read its message whole, in milliseconds. */
  readonly times: readonly number[];
  /** Of one message on the wire. */
  readonly bytes: number;
}

/**
 * The readers of one stream, in two processes. Those who are timed are few, in a process that does
 * nothing else, so that it is not busy when a message comes.
 */
export interface Audience {
  join(size: AudienceSize): Promise<void>;
  /** Causes a change and waits until all have read of it. @param bytes See `Broadcaster`. */
  tell(bytes: number): Promise<TimedDelivery>;
  leave(): Promise<void>;
}

/** The readers come in so many groups, so that those who are timed stand among all others. */
const GROUPS = 25;
const LIMIT_MS = 30_000;

/** @param origin Of a server that `broadcaster.ts` describes. */
export function openAudience(origin: string): Audience {
  const broadcaster = remoteBroadcaster(origin);
  const [timed, others] = [startReaders(), startReaders()];
  return {
    async join(size) {
      const stream = { origin, ...await broadcaster.open() };
      for (let group = 0; group < GROUPS; group++) {
        await timed.connect(stream, share(size.timed, group));
        await others.connect(stream, share(size.others, group));
        await others.connect(stream, share(size.stalled, group), true);
      }
    },
    async tell(bytes) {
      const received = Promise.all([timed.receive(), others.receive()]);
      const { at } = await broadcaster.change(bytes);
      const [delivery] = await withinLimit(received);
      return { times: delivery.at.map((time) => time - at), bytes: delivery.bytes };
    },
    async leave() {
      await Promise.all([timed.stop(), others.stop()]);
    },
  };
}

/** What falls to one of the groups. */
function share(count: number, group: number): number {
  return Math.floor(count * (group + 1) / GROUPS) - Math.floor(count * group / GROUPS);
}

function withinLimit<Value>(promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Cannot measure: a message had not reached everybody in ${LIMIT_MS} ms`));
    }, LIMIT_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

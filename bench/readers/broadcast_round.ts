import { cpuOf, ownMemoryOf } from "../process_cost.ts";
import type { ServerProcess } from "../server_process.ts";
import { type AudienceSize, openAudience } from "./audience.ts";

/** Changes told to the first readers, before the others come. */
const WARM_UP = 3;
/** From everybody having a message to the next change: longer than a frame, so that none waits. */
const PAUSE_MS = 120;

/** What one server is asked to do once. */
export interface RoundOptions {
  readonly size: AudienceSize;
  /** Changes told to all of them before anything is measured. */
  readonly unmeasured: number;
  readonly measured: number;
  /** How long a message shall be, where the server can choose. */
  readonly bytes: number;
  /** Done at each change, beside it. */
  readonly meanwhile?: () => Promise<void>;
}

/** What came of it. */
export interface Round {
  /** From the change to the message read whole, in ms: every timed reader's, of each change. */
  readonly deliveries: readonly number[];
  /** By how much the server's own memory has grown with these readers, in MB (2^20 bytes). */
  readonly memoryMb: number;
  /** What one message to all readers takes of the server's processor time, in ms. */
  readonly cpuMs: number;
  /** Of one message on the wire. */
  readonly bytes: number;
}

/** How many changes a round takes in all. */
export function changesOf({ unmeasured, measured }: Pick<RoundOptions, "unmeasured" | "measured">) {
  return WARM_UP + unmeasured + measured;
}

/** Tells many readers, in other processes, of one change after another. */
export async function measureRound(server: ServerProcess, options: RoundOptions): Promise<Round> {
  const { size, unmeasured, measured, meanwhile = () => Promise.resolve() } = options;
  const audience = openAudience(server.origin);
  const tell = async () => {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const [delivery] = await Promise.all([audience.tell(options.bytes), meanwhile()]);
    return delivery;
  };
  try {
    await audience.join({ timed: 1, others: 1, stalled: 0 });
    for (let i = 0; i < WARM_UP; i++) await tell();
    const memoryBefore = ownMemoryOf(server.pid);
    await audience.join(size);
    for (let i = 0; i < unmeasured; i++) await tell();
    const cpuBefore = cpuOf(server.pid);
    const told = [];
    for (let i = 0; i < measured; i++) told.push(await tell());
    return {
      deliveries: told.flatMap(({ times }) => times),
      memoryMb: ownMemoryOf(server.pid) - memoryBefore,
      cpuMs: (cpuOf(server.pid) - cpuBefore) / measured,
      bytes: told[0]?.bytes ?? 0,
    };
  } finally {
    await audience.leave();
  }
}

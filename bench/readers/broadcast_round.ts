import { cpuOf, ownMemoryOf } from "../process_cost.ts";
import type { ServerProcess } from "../server_process.ts";
import { type AudienceSize, openAudience } from "./audience.ts";

/** Changes told before anything is measured. */
const WARM_UP = 3;
/** From everybody having a message to the next change, so that no change waits for a frame's turn. */
const PAUSE_MS = 200;

/** What one server is asked to do once. */
export interface RoundOptions {
  readonly size: AudienceSize;
  readonly changes: number;
  /** How long a message shall be, where the server can choose. */
  readonly bytes: number;
  /** Done at each change, beside it. */
  readonly meanwhile?: () => Promise<void>;
}

/** What came of it. */
export interface Round {
  /** From the change to the message read whole, in ms: every timed reader's, of each change. */
  readonly deliveries: readonly number[];
  /** What each reader takes of the server's memory, in KB (2^10 bytes). */
  readonly memoryKb: number;
  /** What one message to one reader takes of the server's processor time, in µs. */
  readonly cpuMicroseconds: number;
  /** Of one message on the wire. */
  readonly bytes: number;
}

/** How many changes a round takes in all. */
export function changesOf(measured: number): number {
  return WARM_UP * 2 + measured;
}

/** Tells many readers, in other processes, of one change after another. */
export async function measureRound(server: ServerProcess, options: RoundOptions): Promise<Round> {
  const { size, changes, meanwhile = () => Promise.resolve() } = options;
  const audience = openAudience(server.origin);
  const tell = async () => {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return await audience.tell(options.bytes);
  };
  const warmUp = async () => {
    for (let i = 0; i < WARM_UP; i++) await tell();
  };
  try {
    await audience.join({ timed: 1, others: 1, stalled: 0 });
    await warmUp();
    const memoryBefore = ownMemoryOf(server.pid);
    await audience.join(size);
    await warmUp();
    const cpuBefore = cpuOf(server.pid);
    const told = [];
    for (let i = 0; i < changes; i++) told.push((await Promise.all([tell(), meanwhile()]))[0]);
    const [reading, all] = [size.timed + size.others, size.timed + size.others + size.stalled];
    return {
      deliveries: told.flatMap(({ times }) => times),
      memoryKb: (ownMemoryOf(server.pid) - memoryBefore) * 1_024 / all,
      cpuMicroseconds: (cpuOf(server.pid) - cpuBefore) * 1_000 / changes / reading,
      bytes: told[0]?.bytes ?? 0,
    };
  } finally {
    await audience.leave();
  }
}

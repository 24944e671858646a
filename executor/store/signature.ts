import { keys } from "./keys.ts";
import type { Kv, KvAtomic } from "./kv.ts";

/** Long after the last commit of a process nobody asks for it any more. */
const KEPT_MS = 24 * 60 * 60 * 1_000;

/** Tells whether a commit was applied that was refused, or failed. */
export interface Signature {
  /** Adds the mark of a new commit. */
  sign(atomic: KvAtomic): void;
  /** The versionstamp of the commit signed last, if it was applied; else null. */
  readApplied(): Promise<string | null>;
}

/**
 * Over a network, a client sends a commit again until it hears an answer. Where the answer to the
 * first got lost, the second is refused, by what the first has written itself. So each commit of a
 * process writes its number as well, and that is looked for when one is refused.
 *
 * @param writer Names the process; its commits go one after another.
 */
export function createSignature(kv: Pick<Kv, "get">, writer: string): Signature {
  const key = keys.signature(writer);
  let number = 0;
  return {
    sign: (atomic) => void atomic.set(key, ++number, { expireIn: KEPT_MS }),
    async readApplied() {
      const { value, versionstamp } = await kv.get(key);
      return value === number ? versionstamp : null;
    },
  };
}

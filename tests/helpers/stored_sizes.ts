import { serialize } from "node:v8";
import { nameOf } from "./stored.ts";
import type { SeenCommit } from "./kv_probe.ts";

/** Of Deno KV: bytes of a value as V8 serializes it, of a key, and of all values of a commit. */
export const KV_LIMITS = { valueBytes: 65_536, keyBytes: 2_048, commitBytes: 800 * 1024 };

/** The largest of what some commits wrote. */
export interface LargestWrites {
  readonly valueBytes: number;
  readonly keyBytes: number;
  readonly commitBytes: number;
  readonly mutations: number;
}

/** Measures what was written as Deno KV does. Keys are measured as text, a little too small. */
export function largestWrites(commits: readonly SeenCommit[]): LargestWrites {
  const largest = { valueBytes: 0, keyBytes: 0, commitBytes: 0, mutations: 0 };
  for (const { mutations } of commits) {
    const sizes = mutations.map(({ value }) => value === undefined ? 0 : bytesOf(value));
    const keySizes = mutations.map(({ key }) => nameOf(key).length);
    const sum = sizes.reduce((all, size) => all + size, 0);
    largest.valueBytes = Math.max(largest.valueBytes, ...sizes);
    largest.keyBytes = Math.max(largest.keyBytes, ...keySizes);
    largest.commitBytes = Math.max(largest.commitBytes, sum);
    largest.mutations = Math.max(largest.mutations, mutations.length);
  }
  return largest;
}

function bytesOf(value: unknown): number {
  return value instanceof Uint8Array ? value.length : serialize(value).length;
}

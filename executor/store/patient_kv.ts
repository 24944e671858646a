import type { KvConnection } from "./kv_pool.ts";

const MAX_TRIES = 5;

/**
 * Reads again what could not be read. The client of a KV Connect service waits by itself for one
 * that does not answer; it gives up where an answer breaks off in the middle.
 */
export function patientKv(kv: KvConnection): KvConnection {
  return {
    get: (key) => again(() => kv.get(key)),
    getMany: (keys) => again(() => kv.getMany(keys)),
    async *list(selector, options) {
      for (let tries = 1;; tries++) {
        let hasBegun = false;
        try {
          for await (const item of kv.list(selector, options)) {
            hasBegun = true;
            yield item;
          }
          return;
        } catch (error) {
          if (hasBegun || tries >= MAX_TRIES) throw error;
        }
      }
    },
    atomic: () => kv.atomic(),
    watch: (keys) => kv.watch(keys),
    close: () => kv.close(),
  };
}

async function again<Result>(read: () => Promise<Result>): Promise<Result> {
  for (let tries = 1;; tries++) {
    try {
      return await read();
    } catch (error) {
      if (tries >= MAX_TRIES) throw error;
    }
  }
}

import { setImmediate } from "node:timers";
import type { Kv, KvAtomic } from "../../executor/store/kv.ts";

/** One write of an atomic commit. */
export interface SeenMutation {
  readonly type: "set" | "delete";
  readonly key: Deno.KvKey;
  /** What was set. */
  readonly value?: unknown;
  /** Milliseconds until the database forgets it, where it does. */
  readonly expireIn?: number;
}

/** One atomic commit as it was asked for. */
export interface SeenCommit {
  /** From 1, in the order in which they were asked for. */
  readonly number: number;
  readonly checks: readonly Deno.AtomicCheck[];
  readonly mutations: readonly SeenMutation[];
  /** How often it was applied: never where a check failed. */
  readonly applied: number;
}

/** What stands between the executor and its database in a test. */
export interface ProbeHooks {
  /** Called instead of the commit, which it may call, once, twice or not at all. */
  onCommit?(
    seen: SeenCommit,
    commit: () => ReturnType<KvAtomic["commit"]>,
  ): ReturnType<KvAtomic["commit"]>;
  /** Called before each read; where it rejects, the read fails. */
  onRead?(): Promise<void>;
}

/** A database that counts what is done with it, and can hold up or spoil what is. */
export class KvProbe implements Kv {
  readonly commits: SeenCommit[] = [];
  hooks: ProbeHooks;
  /** How often something was read: a key, several, or a range. */
  reads = 0;
  readonly #kv: Kv;
  #inFlight = 0;
  #count = 0;

  constructor(kv: Kv, hooks: ProbeHooks = {}) {
    this.#kv = kv;
    this.hooks = hooks;
  }

  get(key: Deno.KvKey) {
    return this.#track(() => this.#read(() => this.#kv.get(key)));
  }

  getMany(keys: readonly Deno.KvKey[]) {
    return this.#track(() => this.#read(() => this.#kv.getMany(keys)));
  }

  /** Nothing is asked while whoever reads the list looks at a row, and may ask for something else. */
  async *list(selector: Deno.KvListSelector, options?: Deno.KvListOptions) {
    await this.#track(() => this.#read(() => Promise.resolve()));
    const rows = this.#kv.list(selector, options)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.#track(() => rows.next());
        if (done === true) return;
        yield value;
      }
    } finally {
      await rows.return?.();
    }
  }

  atomic(): KvAtomic {
    const atomic = this.#kv.atomic();
    const checks: Deno.AtomicCheck[] = [];
    const mutations: SeenMutation[] = [];
    return {
      check: (...more) => {
        checks.push(...more);
        atomic.check(...more);
      },
      set: (key, value, options) => {
        mutations.push({ type: "set", key, value, ...options });
        atomic.set(key, value, options);
      },
      delete: (key) => {
        mutations.push({ type: "delete", key });
        atomic.delete(key);
      },
      commit: () => {
        let applied = 0;
        const seen = {
          number: ++this.#count,
          checks,
          mutations,
          get applied() {
            return applied;
          },
        };
        this.commits.push(seen);
        const commit = async () => {
          const result = await atomic.commit();
          if (result.ok) applied++;
          return result;
        };
        return this.#track(() => this.hooks.onCommit?.(seen, commit) ?? commit());
      },
    };
  }

  /** Whether something is asked of the database right now, and not held. */
  get isBusy(): boolean {
    return this.#inFlight > 0;
  }

  /** Resolves when nothing is asked of the database any more, and nothing follows from the last. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      await turn();
      quiet = this.#inFlight === 0 ? quiet + 1 : 0;
    }
  }

  /** Waits, for a hook, until the test goes on: {@link idle} does not wait for what is held. */
  async held(until: Promise<void>): Promise<void> {
    this.#inFlight--;
    await until;
    this.#inFlight++;
  }

  #read<Result>(read: () => Promise<Result>): Promise<Result> {
    this.reads++;
    return this.hooks.onRead?.().then(read) ?? read();
  }

  async #track<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#inFlight++;
    try {
      return await work();
    } finally {
      this.#inFlight--;
    }
  }
}

/** One turn of the event loop: every promise that can go on has done so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The commits that wrote this task's record: its transitions. */
export function transitionsOf(commits: readonly SeenCommit[], taskId: string): SeenCommit[] {
  return commits.filter(({ mutations }) =>
    mutations.some(({ type, key }) => type === "set" && key[0] === "task" && key[1] === taskId)
  );
}

/** Every key below a prefix. */
export async function keysUnder(kv: Pick<Kv, "list">, ...prefix: string[]): Promise<Deno.KvKey[]> {
  const keys = [];
  for await (const { key } of kv.list({ prefix })) keys.push(key);
  return keys;
}

/** The items of the queue. */
export async function dueItems(kv: Pick<Kv, "list">) {
  const items = [];
  for await (const { key: [, vestAt, taskId], value } of kv.list({ prefix: ["due"] })) {
    items.push({ vestAt, taskId, value });
  }
  return items;
}

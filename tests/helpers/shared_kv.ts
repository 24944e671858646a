import type { Kv, KvRead, KvWatch } from "../../executor/store/kv.ts";
import { FakeClock } from "./fake_clock.ts";
import { startTestExecutor, type TestExecutor, type TestExecutorOptions } from "./executor.ts";

/** A database in memory that several executors share, as processes do over a network. */
export interface SharedKv extends AsyncDisposable {
  readonly kv: Kv;
  readonly watch: KvWatch;
  readonly clock: FakeClock;
  /** Resolves when every watch has told how things are, so that what it tells next is a change. */
  heard(): Promise<void>;
  /** Another executor on it, with the same clock. It ends before the database does. */
  join(options?: TestExecutorOptions): Promise<TestExecutor>;
}

export async function openSharedKv(): Promise<SharedKv> {
  const kv = await Deno.openKv(":memory:");
  const firsts: Promise<void>[] = [];
  const watch: KvWatch = (keys) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    firsts.push(promise);
    const reader = kv.watch<unknown[]>([...keys]).getReader();
    return new ReadableStream<readonly KvRead[]>({
      async pull(controller) {
        const { done, value } = await reader.read().finally(resolve);
        if (done) controller.close();
        else controller.enqueue(value);
      },
      // Whoever has left before hears nothing any more, and nobody has to wait for that.
      async cancel() {
        resolve();
        await reader.cancel();
      },
    });
  };
  const clock = new FakeClock();
  const members: TestExecutor[] = [];
  return {
    kv,
    watch,
    clock,
    async heard() {
      await Promise.all(firsts);
      for (const member of members) await member.kv.idle();
    },
    async join(options = {}) {
      const member = await startTestExecutor({ kv, watch, clock, ...options });
      members.push(member);
      return member;
    },
    async [Symbol.asyncDispose]() {
      for (const member of members) await member[Symbol.asyncDispose]();
      kv.close();
    },
  };
}

/** A watch that a test drives: what is opened, what comes, how it breaks. */
export interface DrivenWatch {
  readonly watch: KvWatch;
  /** The streams opened so far, by the keys they follow. */
  readonly opened: readonly DrivenStream[];
}

export interface DrivenStream {
  readonly keys: readonly Deno.KvKey[];
  readonly isCancelled: boolean;
  send(entries: readonly KvRead[]): void;
  fail(error: unknown): void;
  end(): void;
}

export function driveWatch(): DrivenWatch {
  const opened: DrivenStream[] = [];
  const watch: KvWatch = (keys) => {
    let isCancelled = false;
    return new ReadableStream<readonly KvRead[]>({
      start(controller) {
        opened.push({
          keys,
          get isCancelled() {
            return isCancelled;
          },
          send: (entries) => controller.enqueue(entries),
          fail: (error) => controller.error(error),
          end: () => controller.close(),
        });
      },
      cancel() {
        isCancelled = true;
      },
    });
  };
  return { watch, opened };
}

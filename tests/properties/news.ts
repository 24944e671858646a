import type { KvRead, KvWatch } from "../../executor/store/kv.ts";
import type { SeenCommit } from "../helpers/kv_probe.ts";
import { nameOf } from "../helpers/stored.ts";

/** Lets somebody go on when it is their turn. */
export type Turn = (label: string) => Promise<void>;

/** A watch that a process has opened. */
interface Watcher {
  readonly label: string;
  readonly keys: readonly Deno.KvKey[];
  readonly controller: ReadableStreamDefaultController<readonly KvRead[]>;
  /** What it has not heard of yet is on its way. */
  isComing: boolean;
}

/** Tells processes what the others commit, each when it is its turn to hear of it. */
export class News {
  /** At once, until a race decides. */
  turn: Turn = () => Promise.resolve();
  readonly #kv: Deno.Kv;
  readonly #watchers = new Set<Watcher>();
  #reading = 0;

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  /** Whether something is being read for somebody right now. */
  get isBusy(): boolean {
    return this.#reading > 0;
  }

  /** The watch of one process. */
  watchOf(label: string): KvWatch {
    return (keys) => {
      let watcher: Watcher | null = null;
      return new ReadableStream<readonly KvRead[]>({
        start: (controller) => {
          watcher = { label, keys, controller, isComing: false };
          this.#watchers.add(watcher);
          void this.#bring(watcher);
        },
        cancel: () => void (watcher && this.#watchers.delete(watcher)),
      });
    };
  }

  /** Sends word of a commit that was applied. */
  tell({ mutations }: Pick<SeenCommit, "mutations">): void {
    const changed = new Set(mutations.map(({ key }) => nameOf(key)));
    for (const watcher of this.#watchers) {
      if (watcher.keys.some((key) => changed.has(nameOf(key)))) void this.#bring(watcher);
    }
  }

  async #bring(watcher: Watcher): Promise<void> {
    if (watcher.isComing) return;
    watcher.isComing = true;
    await this.turn(`news for ${watcher.label}`);
    watcher.isComing = false;
    if (!this.#watchers.has(watcher)) return;
    this.#reading++;
    const entries = await this.#kv.getMany<unknown[]>([...watcher.keys]);
    this.#reading--;
    if (this.#watchers.has(watcher)) watcher.controller.enqueue(entries);
  }
}

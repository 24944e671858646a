import type { TaskDetail } from "../../executor/mod.ts";
import { encodeMessage, type EventMessage, type StreamReader } from "./event_stream.ts";

/** At most ten frames a second for each reader; the first after a pause goes out at once. */
const FRAME_MS = 100;

/** How a task is told: as HTML for pages, as JSON for programs. */
export interface Voice<View> {
  /** The task now; null when it is gone. `previous` spares work. */
  read(previous: View | null): Promise<View | null>;
  /** Names a state, such as the one a reader has. */
  idOf(view: View): string;
  /** Whether there will be more to tell. */
  isLive(view: View): boolean;
  /** Brings a reader to this state from any other. */
  snapshot(view: View): Untold;
  /** Brings a reader from one state to the next; null where both look alike. */
  changes(previous: View, next: View): Untold | null;
  /** The last message of a stream that has told all. */
  readonly done: Uint8Array;
  /** The last one where the task is gone. */
  readonly gone: Uint8Array;
  /** The last one for a reader who may not read on; null where the stream just ends. */
  readonly farewell: Uint8Array | null;
}

/** A message without the id of the state it leads to. */
export type Untold = Omit<EventMessage, "id">;

/** What a channel needs of the world. */
export interface ChannelSource<View> extends Voice<View> {
  /** Calls `onChange` after each change; the answer ends it. */
  watch(onChange: () => void): () => void;
  /** Calls `action` after `ms` milliseconds. */
  after(ms: number, action: () => void): void;
  onError(error: unknown): void;
  /** The last reader has left, or the task has ended. */
  onEmpty(): void;
}

/**
 * The readers of one task. It follows the task once for all of them, renders each message once and
 * hands out the same bytes. Messages carry state: whoever joins late, or lags, gets a snapshot.
 */
export class TaskChannel<View> {
  readonly #source: ChannelSource<View>;
  readonly #readers = new Set<StreamReader>();
  /** Readers who need a snapshot, with the state they have already. */
  readonly #joining = new Map<StreamReader, string | null>();
  readonly #unwatch: () => void;
  #view: View | null = null;
  #isPumping = false;
  #isStale = false;

  constructor(source: ChannelSource<View>) {
    this.#source = source;
    this.#unwatch = source.watch(() => this.#pump());
  }

  /** @param has The id of the message or page the reader saw last, if any. */
  join(reader: StreamReader, has: string | null): void {
    this.#joining.set(reader, has);
    this.#pump();
  }

  leave(reader: StreamReader): void {
    this.#readers.delete(reader);
    this.#joining.delete(reader);
    if (this.#readers.size + this.#joining.size === 0) this.#close();
  }

  #pump(): void {
    this.#isStale = true;
    if (this.#isPumping) return;
    this.#isPumping = true;
    this.#sendFrame().catch((error) => {
      this.#source.onError(error);
      this.#closeReaders();
    });
  }

  async #sendFrame(): Promise<void> {
    this.#isStale = false;
    const view = await this.#source.read(this.#view);
    if (view === null) return this.#end(this.#source.gone);
    const id = this.#source.idOf(view);
    this.#sendChanges(view, id);
    this.#view = view;
    this.#sendSnapshots(view, id);
    if (!this.#source.isLive(view)) return this.#end(this.#source.done);
    this.#source.after(FRAME_MS, () => {
      this.#isPumping = false;
      if (this.#isStale) this.#pump();
    });
  }

  #sendChanges(view: View, id: string): void {
    if (this.#view === null || this.#readers.size === 0) return;
    const changes = this.#source.changes(this.#view, view);
    if (changes === null) return;
    const message = encodeMessage({ id, ...changes });
    for (const reader of this.#readers) {
      if (!reader.send(message)) this.#readers.delete(reader);
    }
  }

  /** Readers whose state equals ours need none. Theirs may also be newer, after a crash. */
  #sendSnapshots(view: View, id: string): void {
    let message: Uint8Array | null = null;
    for (const [reader, has] of this.#joining) {
      // Before it is sent anything: that may be how its stream finds that it has left.
      this.#readers.add(reader);
      if (has === id) continue;
      message ??= encodeMessage({ id, ...this.#source.snapshot(view) });
      reader.send(message);
    }
    this.#joining.clear();
  }

  #end(last: Uint8Array): void {
    for (const reader of [...this.#readers, ...this.#joining.keys()]) reader.send(last);
    this.#closeReaders();
  }

  #closeReaders(): void {
    for (const reader of [...this.#readers, ...this.#joining.keys()]) reader.close();
    this.#close();
  }

  #close(): void {
    this.#unwatch();
    this.#source.onEmpty();
  }
}

/** Names the state a reader has: the process start, the task's revision, the text streamed so far. */
export function eventId(processId: string, { detail }: { readonly detail: TaskDetail }): string {
  const written = detail.steps.reduce((sum, step) => sum + (step.written?.length ?? 0), 0);
  return `${processId}.${detail.revision}.${written}`;
}

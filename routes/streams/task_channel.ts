import { taskChanges, taskSnapshot } from "../../views/task/live.tsx";
import { isLive, type TaskView } from "../../views/task/task_view.ts";
import { DONE_MESSAGE, encodeMessage, type StreamReader } from "./event_stream.ts";

/** At most ten frames a second for each reader; the first after a pause goes out at once. */
const FRAME_MS = 100;

/** What a channel needs of the world. */
export interface ChannelSource {
  /** The task as its page shows it; null when it is gone. `previous` spares work. */
  read(previous: TaskView | null): Promise<TaskView | null>;
  /** Calls `onChange` after each change; the answer ends it. */
  watch(onChange: () => void): () => void;
  now(): number;
  /** Calls `action` after `ms` milliseconds. */
  after(ms: number, action: () => void): void;
  /** Tells one start of the process from another. */
  readonly processId: string;
  onError(error: unknown): void;
  /** The last reader has left, or the task has ended. */
  onEmpty(): void;
}

/**
 * The readers of one task. It follows the task once for all of them, renders each message once and
 * hands out the same bytes. Messages carry state: whoever joins late, or lags, gets a snapshot.
 */
export class TaskChannel {
  readonly #source: ChannelSource;
  readonly #readers = new Set<StreamReader>();
  /** Readers who need a snapshot, with the state they have already. */
  readonly #joining = new Map<StreamReader, string | null>();
  readonly #unwatch: () => void;
  #view: TaskView | null = null;
  #isPumping = false;
  #isStale = false;

  constructor(source: ChannelSource) {
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
    if (view === null) return this.#end();
    const id = eventId(this.#source.processId, view);
    this.#sendChanges(view, id);
    this.#view = view;
    this.#sendSnapshots(view, id);
    if (!isLive(view)) return this.#end();
    this.#source.after(FRAME_MS, () => {
      this.#isPumping = false;
      if (this.#isStale) this.#pump();
    });
  }

  #sendChanges(view: TaskView, id: string): void {
    if (this.#view === null || this.#readers.size === 0) return;
    const data = taskChanges(this.#view, view, this.#source.now());
    if (data === null) return;
    const message = encodeMessage({ id, data });
    for (const reader of this.#readers) {
      if (!reader.send(message)) this.#readers.delete(reader);
    }
  }

  /** Readers whose state equals ours need none. Theirs may also be newer, after a crash. */
  #sendSnapshots(view: TaskView, id: string): void {
    let message: Uint8Array | null = null;
    for (const [reader, has] of this.#joining) {
      if (has !== id) {
        message ??= encodeMessage({ id, data: taskSnapshot(view, this.#source.now()) });
        reader.send(message);
      }
      this.#readers.add(reader);
    }
    this.#joining.clear();
  }

  #end(): void {
    for (const reader of [...this.#readers, ...this.#joining.keys()]) reader.send(DONE_MESSAGE);
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
export function eventId(processId: string, { detail }: TaskView): string {
  const written = detail.steps.reduce((sum, step) => sum + (step.written?.length ?? 0), 0);
  return `${processId}.${detail.revision}.${written}`;
}

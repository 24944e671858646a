import { PermanentError, RetryableError } from "../step_kind.ts";
import { type Analysis, AnalysisReply, type AnalysisRequest } from "./analysis.ts";

export interface AnalyzerOptions {
  /** How long the worker is kept with nothing to do: it holds about 100 MB. */
  readonly idleMs: number;
  /** How long one text may take. */
  readonly limitMs: number;
}

/**
 * A worker that has read this many characters makes room for a fresh one: its heap has grown to
 * some hundred MB by then and gives nothing back by itself.
 */
const WORN_OUT_CHARACTERS = 1_000_000;

interface Job {
  readonly request: AnalysisRequest;
  readonly signal: AbortSignal;
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: unknown) => void;
  readonly onAbort: () => void;
}

/**
 * Analyzes texts one after another in a worker, so that none holds up the process. The worker is
 * made when it is needed and ended when it is idle, stuck, or busy with what nobody wants any more.
 */
export class Analyzer {
  readonly #options: AnalyzerOptions;
  readonly #queue: Job[] = [];
  #running: Job | null = null;
  #worker: Worker | null = null;
  #charactersRead = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AnalyzerOptions) {
    this.#options = options;
  }

  /** Whether the worker, and the memory it holds, is there now. */
  get isLoaded(): boolean {
    return this.#worker !== null;
  }

  /**
   * Rejects with the signal's reason when aborted, with a `PermanentError` when the text takes
   * longer than the limit, with a `RetryableError` when the worker dies.
   */
  analyze(request: AnalysisRequest, signal: AbortSignal): Promise<Analysis> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#abort(job);
      const job: Job = { request, signal, resolve, reject, onAbort };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#queue.push(job);
      if (this.#running === null) this.#next();
    });
  }

  /** Ends the worker; texts that are still waiting are rejected. */
  close(): void {
    const jobs = [this.#running, ...this.#queue.splice(0)];
    this.#running = null;
    this.#endWorker();
    for (const job of jobs) {
      job?.reject(new RetryableError("The analysis was ended with Callboard"));
    }
  }

  #next(): void {
    clearTimeout(this.#timer);
    if (this.#charactersRead >= WORN_OUT_CHARACTERS) this.#endWorker();
    const job = this.#queue.shift() ?? null;
    this.#running = job;
    if (job === null) {
      if (this.#worker === null) return;
      this.#timer = setTimeout(() => this.#endWorker(), this.#options.idleMs);
      return;
    }
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage(job.request);
    this.#charactersRead += job.request.text.length;
    this.#timer = setTimeout(() => this.#giveUp(job), this.#options.limitMs);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url).href, { type: "module" });
    worker.onmessage = ({ data }) => {
      const reply = readReply(data);
      if (reply.type === "done") this.#finish((job) => job.resolve(reply.analysis));
      else this.#finish((job) => job.reject(failed(reply.message)));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#endWorker();
      this.#finish((job) => job.reject(failed(event.message)));
    };
    return worker;
  }

  #finish(settle: (job: Job) => void): void {
    const job = this.#running;
    if (job === null) return;
    job.signal.removeEventListener("abort", job.onAbort);
    settle(job);
    this.#next();
  }

  #abort(job: Job): void {
    const place = this.#queue.indexOf(job);
    if (place >= 0) this.#queue.splice(place, 1);
    job.reject(job.signal.reason);
    if (job === this.#running) this.#drop();
  }

  #giveUp(job: Job): void {
    const seconds = this.#options.limitMs / 1000;
    job.reject(
      new PermanentError(
        `Cannot analyze a text of ${job.request.text.length} characters: ` +
          `it takes longer than ${seconds} seconds; give it a shorter text`,
      ),
    );
    this.#drop();
  }

  /** Ends the worker in the middle of what it does and goes on with the next text in a new one. */
  #drop(): void {
    this.#endWorker();
    this.#finish(() => {});
  }

  #endWorker(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
    this.#charactersRead = 0;
  }
}

/** Never throws: an error in an event's listener ends the process. */
function readReply(data: unknown): AnalysisReply {
  const { success, data: reply } = AnalysisReply.safeParse(data);
  return success ? reply : { type: "failed", message: "the worker's answer cannot be read" };
}

function failed(message: string): RetryableError {
  return new RetryableError(`Cannot analyze the text: ${message}`);
}

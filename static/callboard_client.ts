/**
 * Callboard for programs: start tasks, follow them, get what they made. One file, no dependency,
 * for whatever runs TypeScript and has `fetch` (Deno, Bun, Node 22.18 or newer).
 *
 *     const callboard = new Callboard("http://127.0.0.1:8000");
 *     const task = await callboard.run(appId, { text: "…" });
 *     console.log(task.status, task.outputs);
 */

export type TaskStatus = "running" | "completed" | "failed" | "cancelled";
export type StepStatus = TaskStatus | "queued" | "skipped";
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Inputs = Readonly<Record<string, string | number | boolean | null>>;

export type Usage = { readonly inputTokens: number; readonly outputTokens: number };

/** When something ran; times are ISO 8601 in UTC. */
interface Timed {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
}

export interface TaskSummary extends Timed {
  readonly id: string;
  readonly status: TaskStatus;
  readonly app: { readonly id: string; readonly name: string; readonly version: number };
  readonly origin: { readonly kind: string };
  readonly createdAt: string;
}

export interface Task extends TaskSummary {
  readonly app: TaskSummary["app"] & { readonly description: string };
  readonly inputs: Readonly<Record<string, Json>>;
  readonly forkedFrom?: { readonly taskId: string; readonly stepId: string | null };
  readonly progress: { readonly step: number; readonly total: number; readonly completed: number };
  readonly steps: readonly Step[];
  /** Empty until the task has completed. */
  readonly outputs: readonly Output[];
  readonly error?: { readonly stepId: string | null; readonly message: string };
  readonly usage?: Usage;
}

export interface Step extends Timed {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly output?: Json;
  readonly error?: string;
  readonly usage?: Usage;
}

export interface Output {
  readonly name: string;
  readonly label: string;
  readonly type: "markdown" | "text" | "json";
  readonly value: Json;
}

export interface App {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  readonly steps: readonly { readonly id: string; readonly name: string; readonly kind: string }[];
  readonly outputs: readonly { readonly name: string; readonly label: string }[];
}

export interface TaskList {
  readonly tasks: readonly TaskSummary[];
  /** `before` of the next page, and `after` of the one before; null where there is none. */
  readonly older: string | null;
  readonly newer: string | null;
}

/** Which tasks: those of a status, of an app's id, older or newer than a task's id. */
export type TaskListQuery = Readonly<
  Partial<Record<"status" | "app" | "before" | "after", string> & { limit: number }>
>;

/** A task as it changes. `written` is what steps have written so far that have not completed. */
export interface TaskState {
  readonly task: Task;
  /** By step id. */
  readonly written: Readonly<Record<string, string>>;
}

export type CallOptions = { readonly signal?: AbortSignal };

export interface ForkOptions extends StartOptions {
  /** The step to run from; without it, the whole app. */
  readonly from?: string;
  /** The app's newest version, or the one that the other task ran; "latest" unless given. */
  readonly version?: "latest" | "same";
  readonly inputs?: Inputs;
}

export interface StartOptions extends CallOptions {
  /** Sent again with the same key, it is the same task; a random one unless given. */
  readonly idempotencyKey?: string;
}

export interface CallboardOptions {
  /** An API key, such as `cbk_…`, where the server wants one. */
  readonly key?: string;
  readonly fetch?: typeof fetch;
}

/** What the server refused, and why. */
export class CallboardError extends Error {
  override readonly name = "CallboardError";
  readonly status: number;
  /** Sentences by input name, where inputs were wrong. */
  readonly errors: Readonly<Record<string, string>>;

  constructor(status: number, message: string, errors: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** How long one request holds on for a task; the server allows no more. */
const WAIT_SECONDS = 60;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** A Callboard server. Where an answer tells of an error, a call throws {@link CallboardError}. */
export class Callboard {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #auth: Readonly<Record<string, string>>;

  /** @param origin Such as `https://callboard.example.org`. */
  constructor(origin: string, options: CallboardOptions = {}) {
    this.#base = `${origin.replace(/\/+$/, "")}/api/v1`;
    this.#fetch = options.fetch ?? fetch;
    this.#auth = options.key === undefined ? {} : { Authorization: `Bearer ${options.key}` };
  }

  async apps(options: CallOptions = {}): Promise<readonly App[]> {
    return (await this.#json<{ readonly apps: readonly App[] }>("/apps", options)).apps;
  }

  app(appId: string, options: CallOptions = {}): Promise<App> {
    return this.#json(`/apps/${encodeURIComponent(appId)}`, options);
  }

  /** Starts a task; it is durable once this resolves. */
  start(appId: string, inputs: Inputs = {}, options: StartOptions = {}): Promise<Task> {
    return this.#post(`/apps/${encodeURIComponent(appId)}/tasks`, { inputs }, options);
  }

  /** Starts a task and waits until it has ended: completed, failed or cancelled. */
  async run(appId: string, inputs: Inputs = {}, options: StartOptions = {}): Promise<Task> {
    const task = await this.start(appId, inputs, options);
    return task.status === "running" ? await this.wait(task.id, options) : task;
  }

  /** The task once it has ended. */
  async wait(taskId: string, { signal }: CallOptions = {}): Promise<Task> {
    const headers = { Prefer: `wait=${WAIT_SECONDS}` };
    for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const task = await this.#json<Task>(taskPath(taskId), { signal, headers });
      if (task.status !== "running") return task;
      // A server that stops answers early, and a proxy may let nobody wait.
      await pass(pause, signal);
    }
  }

  task(taskId: string, options: CallOptions = {}): Promise<Task> {
    return this.#json(taskPath(taskId), options);
  }

  tasks(query: TaskListQuery = {}, options: CallOptions = {}): Promise<TaskList> {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]));
    return this.#json(`/tasks?${search}`, options);
  }

  /** An output as text, whatever its type. */
  async output(taskId: string, name: string, options: CallOptions = {}): Promise<string> {
    const path = `${taskPath(taskId)}/outputs/${encodeURIComponent(name)}`;
    return await (await this.#send(path, options)).text();
  }

  /**
   * Cancels a task; once more does no harm. Refused (409) where it has completed or failed. Null
   * where the key may not read it.
   */
  async cancel(taskId: string, { signal }: CallOptions = {}): Promise<Task | null> {
    const path = `${taskPath(taskId)}/cancellation`;
    const answer = await this.#send(path, { signal, method: "POST" });
    return answer.status === 204 ? null : await answer.json();
  }

  /** Runs a task's app again as a new task, from a step on where one is named. */
  fork(taskId: string, options: ForkOptions = {}): Promise<Task> {
    const { signal, idempotencyKey, ...choice } = options;
    return this.#post(`${taskPath(taskId)}/forks`, choice, { signal, idempotencyKey });
  }

  /**
   * The task each time it changes, from how it is now to its end. Goes on by itself where the
   * connection is lost or the server starts anew.
   */
  async *follow(taskId: string, { signal }: CallOptions = {}): AsyncGenerator<TaskState> {
    let state: TaskState | null = null;
    let lastId: string | null = null;
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      try {
        const headers: Record<string, string> = lastId === null ? {} : { "Last-Event-ID": lastId };
        const answer = await this.#send(`${taskPath(taskId)}/events`, { signal, headers });
        for await (const { id, event, data } of messagesOf(answer)) {
          if (event === "done") return;
          const told = JSON.parse(data);
          state = event === "task"
            ? { task: told.task, written: withTexts({}, told.written, told.task.steps) }
            : changed(state, told);
          lastId = id;
          pause = FIRST_PAUSE_MS;
          yield state;
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof CallboardError && error.status < 500) throw error;
      }
      await pass(pause, signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  #post(path: string, body: unknown, options: StartOptions): Promise<Task> {
    const { idempotencyKey = crypto.randomUUID(), signal } = options;
    const headers = { "Content-Type": "application/json", "Idempotency-Key": idempotencyKey };
    return this.#json(path, { method: "POST", body: JSON.stringify(body), headers, signal });
  }

  async #json<Result>(path: string, call: Call): Promise<Result> {
    return await (await this.#send(path, call)).json();
  }

  async #send(path: string, call: Call): Promise<Response> {
    const headers = { ...this.#auth, ...call.headers };
    const answer = await this.#fetch(this.#base + path, { ...call, headers });
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    const message = problem.detail ?? `The server answered ${answer.status}`;
    throw new CallboardError(answer.status, message, problem.errors);
  }
}

type Call = Omit<RequestInit, "headers"> & { readonly headers?: Record<string, string> };

function taskPath(taskId: string): string {
  return `/tasks/${encodeURIComponent(taskId)}`;
}

/** Lets time pass; throws the signal's reason as soon as it is aborted. */
async function pass(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener("abort", resolve);
  if (!signal?.aborted) await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", resolve);
  signal?.throwIfAborted();
}

type WrittenText = Readonly<{ stepId: string; offset: number; text: string }>;
type ChangeEvent = Readonly<{ task: Partial<Task>; steps: Step[]; written: WrittenText[] }>;

function changed(state: TaskState | null, change: ChangeEvent): TaskState {
  if (state === null) throw new Error("Cannot follow the task: a change came before the task");
  const steps = state.task.steps.map((step) =>
    change.steps.find(({ id }) => id === step.id) ?? step
  );
  const task = { ...state.task, ...change.task, steps };
  return { task, written: withTexts(state.written, change.written, steps) };
}

/** Text of a new attempt begins anew; that of a step that has completed is its result. */
function withTexts(
  before: TaskState["written"],
  added: readonly WrittenText[],
  steps: readonly Step[],
): TaskState["written"] {
  const texts = { ...before };
  for (const { stepId, offset, text } of added) {
    const had = offset === 0 ? "" : texts[stepId] ?? "";
    texts[stepId] = had + text;
  }
  for (const { id, status } of steps) if (status === "completed") delete texts[id];
  return texts;
}

/** The messages of a `text/event-stream` whose lines end with `\n`, as this server's do. */
async function* messagesOf({ body }: Response) {
  let rest = "";
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + part).split("\n\n");
    rest = blocks.pop() ?? "";
    yield* blocks.map(parseMessage).filter(({ data }) => data !== "");
  }
}

function parseMessage(block: string) {
  const valuesOf = (name: string) =>
    block.split("\n").filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2));
  const [id = null, event = "message"] = [valuesOf("id")[0], valuesOf("event")[0]];
  return { id, event, data: valuesOf("data").join("\n") };
}

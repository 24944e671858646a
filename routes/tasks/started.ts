import type { Context } from "hono";
import type {
  App,
  Origin,
  RawInputs,
  SentRequest,
  StartResult,
  Tasks,
} from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { unknownApp } from "../errors.tsx";
import { readTaskJson } from "./one_task.ts";
import { paths } from "../paths.ts";
import { type Problem, problem } from "../problem.ts";
import { type StartedTooOften, startedTooOften, takeStart } from "../request/rates.ts";
import { sendsJson, wantsFragment } from "../request/requests.ts";

/** Form encoding triples what a person typed; the inputs themselves have a limit of their own. */
export const MAX_INPUTS_MEBIBYTES = 4;

/** How a start is asked for. */
interface Asked {
  readonly origin: Origin;
  /** Null where the request may not be sent again. */
  readonly request: SentRequest | null;
}

/** Starts a task; the same request sent again is answered with the same task. */
export async function startTask(tasks: Tasks, appId: string, raw: RawInputs, asked: Asked) {
  const { origin, request } = asked;
  return request === null
    ? await tasks.start(appId, raw, origin)
    : await tasks.startOnce(appId, raw, { origin, request });
}

/** Leads to a task that was accepted just now: the task itself for JSON, else its page. */
export async function answerStarted(c: Context, deps: Deps, taskId: string): Promise<Response> {
  if (sendsJson(c)) {
    c.header("Location", paths.task(taskId));
    return c.json(await readTaskJson(deps, taskId), 201);
  }
  if (!wantsFragment(c)) return c.redirect(paths.task(taskId), 303);
  c.header("HX-Redirect", paths.task(taskId));
  return c.body(null, 204);
}

/** Why no task was started. */
export type RefusedStart =
  | Exclude<StartResult, { readonly type: "started" | "unknown-app" }>
  | StartedTooOften & { readonly app: App };

/** Refuses a start of an app where the sender starts too many; null where they may. */
export async function refuseOften(
  c: Context,
  deps: Deps,
  { appId, sent }: { readonly appId: string; readonly sent: SentRequest | null },
) {
  const refused = await takeStart(c, deps, { target: { appId }, sent });
  if (refused === null) return null;
  const app = await deps.executor.apps.read(appId);
  if (app === null) throw unknownApp(appId);
  return { ...refused, app };
}

/** The same as a problem for programs. */
export function startProblem(result: RefusedStart) {
  const title = "The inputs cannot be used";
  switch (result.type) {
    case "invalid": {
      const detail = "Some inputs are wrong or missing";
      return { status: 422, title, detail, errors: result.errors } as const satisfies Problem;
    }
    case "too-large":
      return { status: 413, title, detail: tooLarge(result) } as const satisfies Problem;
    case "queue-full":
      return {
        status: 503,
        title: "The queue is full",
        detail: queueFull(result),
      } as const satisfies Problem;
    case "too-often":
      return {
        status: 429,
        title: TOO_OFTEN,
        detail: startedTooOften(result),
      } as const satisfies Problem;
  }
}

/** Tells a program why no task was started, and when to try again. */
export function answerRefused(c: Context, result: RefusedStart): Response {
  sayWhen(c, result);
  return problem(c, startProblem(result));
}

/** Says when to try again, where that is all it takes. */
export function sayWhen(c: Context, result: { readonly type: string } | StartedTooOften): void {
  if (result.type === "queue-full") c.header("Retry-After", String(QUEUE_PAUSE_SECONDS));
  if ("seconds" in result) c.header("Retry-After", String(result.seconds));
}

const TOO_OFTEN = "Too many tasks at once";
/** When to try again where the queue is full, in seconds. */
const QUEUE_PAUSE_SECONDS = 10;

/** As many tasks are queued as may be. */
export function queueFull({ limit }: { readonly limit: number }): string {
  const queued = limit === 1 ? "1 task is" : `${limit} tasks are`;
  return `${queued} queued already, and no more are taken in. Try again in a while`;
}

/** Says that inputs are too much together. Both are in bytes. */
export function tooLarge(
  { bytes, limit }: { readonly bytes: number; readonly limit: number },
): string {
  const megabytes = (count: number) => (count / 1_000_000).toFixed(2);
  return `The inputs are ${megabytes(bytes)} MB together, and a task takes ${megabytes(limit)} MB`;
}

import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import {
  type App,
  FORK_VERSIONS,
  type ForkChoice,
  type ForkResult,
  isTaskId,
} from "../executor/mod.ts";
import { limitBody } from "./body_limit.ts";
import type { Deps } from "./deps.ts";
import { unknownTask } from "./errors.tsx";
import { formFields } from "./form_fields.ts";
import { JsonInputs, readJson } from "./json_body.ts";
import { problem } from "./problem.ts";
import { sendsJson, wantsJson } from "./requests.ts";
import {
  answerStarted,
  MAX_INPUTS_MEBIBYTES,
  QUEUE_PAUSE_SECONDS,
  queueFull,
  tooLarge,
} from "./started.ts";

const JsonBody = z.object({
  from: z.unknown().optional(),
  version: z.unknown().optional(),
  inputs: JsonInputs.optional(),
});
const MAX_QUOTED_LENGTH = 80;
const EXAMPLE = '{"from": "draft", "version": "latest"}';

/** Running a task again: all of its app, or from a step on. */
export function forkRoutes({ executor: { tasks } }: Deps): Hono {
  return new Hono()
    .post(
      "/tasks/:id/forks",
      async (c, next) => {
        const taskId = c.req.param("id");
        if (!isTaskId(taskId) || await tasks.readRow(taskId) === null) throw unknownTask(taskId);
        await next();
      },
      limitBody(MAX_INPUTS_MEBIBYTES),
      async (c) => {
        const taskId = c.req.param("id");
        const choice = await readChoice(c);
        const result = await tasks.fork(taskId, choice);
        if (result.type === "started") return await answerStarted(c, tasks, result.taskId);
        if (result.type === "unknown-task") throw unknownTask(taskId);
        if (result.type === "invalid" && (sendsJson(c) || wantsJson(c))) {
          const { errors } = result;
          const detail = `Some inputs do not fit version ${result.app.version} of the app`;
          return problem(c, { status: 422, title: "The inputs cannot be used", detail, errors });
        }
        if (result.type === "queue-full") c.header("Retry-After", String(QUEUE_PAUSE_SECONDS));
        throw new HTTPException(statusOf(result), { message: refusal(choice, result) });
      },
    );
}

async function readChoice(c: Context): Promise<ForkChoice> {
  if (sendsJson(c)) {
    const { from, version, inputs } = await readJson(c, JsonBody, EXAMPLE);
    const given = inputs && { inputs: { source: "json" as const, fields: inputs } };
    return { from: stepOf(from), version: versionOf(version), ...given };
  }
  const fields = await formFields(c);
  return { from: stepOf(fields.get("from")), version: versionOf(fields.get("version")) };
}

function stepOf(from: unknown): string | null {
  if (from === undefined || from === null || from === "") return null;
  if (typeof from === "string") return from;
  throw new HTTPException(422, {
    message: `Cannot run from ${quoted(from)}: "from" has to be the id of a step`,
  });
}

function versionOf(version: unknown): ForkChoice["version"] {
  const known = FORK_VERSIONS.find((each) => each === (version ?? "latest"));
  if (known !== undefined) return known;
  throw new HTTPException(422, {
    message: `Cannot run version ${quoted(version)}: "version" has to be "latest" or "same"`,
  });
}

function labelOf({ definition: { inputs } }: App, name: string): string {
  return inputs.find((input) => input.name === name)?.label ?? name;
}

/** A value as somebody sent it, which may be of any length. */
function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const cut = text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text;
  return typeof value === "string" ? `"${cut}"` : cut;
}

type Refused = Exclude<ForkResult, { readonly type: "started" | "unknown-task" }>;

function statusOf({ type }: Refused): 413 | 422 | 503 {
  if (type === "too-large") return 413;
  return type === "queue-full" ? 503 : 422;
}

function refusal({ from, version }: ForkChoice, result: Refused): string {
  switch (result.type) {
    case "unknown-app":
      return version === "same"
        ? "Cannot run the version that the task ran: it is lost"
        : "Cannot run the latest version: the app has been deleted. " +
          "The version that the task ran can still be run";
    case "unknown-step":
      return `Cannot run from step ${
        quoted(from)
      }: version ${result.app.version} of the app has no such step`;
    case "too-large":
      return tooLarge(result);
    case "queue-full":
      return queueFull(result);
    case "invalid": {
      const errors = Object.entries(result.errors).map(([name, error]) => {
        return `“${labelOf(result.app, name)}”: ${error}`;
      });
      return `The inputs do not fit version ${result.app.version} of the app. ${errors.join(". ")}`;
    }
  }
}

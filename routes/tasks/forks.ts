import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { type App, FORK_VERSIONS, type ForkChoice, type ForkResult } from "../../executor/mod.ts";
import { tellStart } from "../access/tell.ts";
import { answerKeyReused, sentRequest } from "../request/sent_request.ts";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { unknownTask } from "../errors.tsx";
import { formFields } from "../request/form_fields.ts";
import { JsonInputs, readJson } from "../request/json_body.ts";
import { requireTask } from "../request/known.ts";
import { problem } from "../problem.ts";
import { quoted } from "../request/quoted.ts";
import { type StartedTooOften, startedTooOften, takeStart } from "../request/rates.ts";
import { hasBody, sendsJson, wantsJson } from "../request/requests.ts";
import { answerStarted, MAX_INPUTS_MEBIBYTES, queueFull, sayWhen, tooLarge } from "./started.ts";

/** What a program says of a fork. */
export const ForkBody = z.strictObject({
  from: z.unknown().optional().meta({
    type: ["string", "null"],
    description: "Id of the step to run from; null or absent for the whole app.",
  }),
  version: z.unknown().optional().meta({
    enum: [...FORK_VERSIONS],
    description: "The version of the app that is run: latest unless given.",
  }),
  inputs: JsonInputs.optional().describe("In place of the other task's inputs."),
});
const EXAMPLE = '{"from": "draft", "version": "latest"}';

/** Running a task again: all of its app, or from a step on. */
export function forkRoutes(deps: Deps): Hono {
  return new Hono().post(
    "/tasks/:id/forks",
    requireTask(deps),
    limitBody(MAX_INPUTS_MEBIBYTES),
    async (c) => {
      const fork = await forkTask(c, deps, c.req.param("id"));
      return fork.type === "started" ? await answerStarted(c, deps, fork.taskId) : fork.answer;
    },
  );
}

/** A fork that was made, or the answer that says what is wrong with its inputs. */
export type ForkedTask =
  | { readonly type: "started"; readonly taskId: string }
  | { readonly type: "refused"; readonly answer: Response };

/**
 * Forks a task as the request's body says.
 *
 * @throws {HTTPException} and {MissingError} where it is refused for anything but a program's inputs.
 */
export async function forkTask(c: Context, deps: Deps, taskId: string): Promise<ForkedTask> {
  const choice = await readChoice(c);
  const sent = sentRequest(c, choice);
  const result = await takeStart(c, deps, { target: { forkOf: taskId }, sent }) ??
    await deps.executor.tasks.fork(taskId, choice, sent);
  if (result.type === "started") {
    tellStart(c, deps, "task-forked", result.taskId);
    return result;
  }
  if (result.type === "repeated") {
    c.header("Idempotent-Replayed", "true");
    return { type: "started", taskId: result.taskId };
  }
  if (result.type === "key-reused") return { type: "refused", answer: answerKeyReused(c) };
  if (result.type === "unknown-task") throw unknownTask(taskId);
  if (result.type === "invalid" && (sendsJson(c) || wantsJson(c))) {
    const { errors } = result;
    const detail = `Some inputs do not fit version ${result.app.version} of the app`;
    const title = "The inputs cannot be used";
    return { type: "refused", answer: problem(c, { status: 422, title, detail, errors }) };
  }
  sayWhen(c, result);
  throw new HTTPException(statusOf(result), { message: refusal(choice, result) });
}

async function readChoice(c: Context): Promise<ForkChoice> {
  if (!await hasBody(c)) return { from: null, version: "latest" };
  if (sendsJson(c)) {
    const { from, version, inputs } = await readJson(c, ForkBody, EXAMPLE);
    const given = inputs && { inputs: { source: "json" as const, fields: inputs } };
    return { from: stepOf(from), version: versionOf(version), ...given };
  }
  const fields = await formFields(c, "a form or JSON");
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

type Handled = "started" | "repeated" | "key-reused" | "unknown-task";
type Refused = Exclude<ForkResult, { readonly type: Handled }> | StartedTooOften;

function statusOf({ type }: Refused): 413 | 422 | 429 | 503 {
  if (type === "too-large") return 413;
  if (type === "too-often") return 429;
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
    case "too-often":
      return startedTooOften(result);
    case "invalid": {
      const errors = Object.entries(result.errors).map(([name, error]) => {
        return `“${labelOf(result.app, name)}”: ${error}`;
      });
      return `The inputs do not fit version ${result.app.version} of the app. ${errors.join(". ")}`;
    }
  }
}

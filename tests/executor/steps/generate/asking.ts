import assert from "node:assert/strict";
import { generate } from "../../../../executor/steps/generate.ts";
import type { Usage } from "../../../../executor/task.ts";
import { type ModelServer, type Reply, startModelServer } from "../../../helpers/model_server.ts";
import { stepRun, type StepRunOptions } from "../step_run.ts";

export const KEY = "sk-secret+key/1234567890";

/** A step run that asks `server`. */
export function ask(server: ModelServer, config: object = {}, options: StepRunOptions = {}) {
  const model = { baseUrl: server.baseUrl, apiKey: KEY, model: "small-model" };
  return stepRun({ prompt: "Say hello", ...config }, { ...options, services: { model } });
}

/** Runs `test` against a service that answers `reply`. */
export async function withServer(reply: Reply, test: (server: ModelServer) => Promise<void>) {
  const server = startModelServer(reply);
  try {
    await test(server);
  } finally {
    await server.close();
  }
}

/** The error of one run against `reply`; it never holds the key, and nothing is left connected. */
export async function failure(reply: Reply, config: object = {}): Promise<Error & Retry> {
  let caught: unknown;
  await withServer(reply, async (server) => {
    await assert.rejects(generate.run(ask(server, config).run), (error) => {
      caught = error;
      return true;
    });
    await server.requests[0]?.closed;
  });
  assert.ok(caught instanceof Error);
  assert.ok(!caught.message.includes(KEY) && !caught.stack?.includes(KEY), caught.message);
  return caught;
}

/** What an error may say beside its words. */
export interface Retry {
  readonly retryAfterMs?: number | null;
  readonly usage?: Usage | null;
}

import assert from "node:assert/strict";
import { isTaskId } from "../../executor/mod.ts";
import { createIdentify } from "../../routes/access/identify.ts";
import { type AccessSettings, realmOf } from "../../routes/access/settings.ts";
import { createApp } from "../../routes/app.tsx";
import type { Deps } from "../../routes/deps.ts";
import type { Reach } from "../../routes/request/guards.ts";
import { loadAssets } from "../../routes/static_files.ts";
import { createEventStreams, type EventStreams } from "../../routes/streams/event_stream.ts";
import { createMetrics } from "../../routes/telemetry/metrics.ts";
import { loadMarkdown } from "../../views/text/markdown.ts";
import { startTestExecutor, type TestExecutor, type TestExecutorOptions } from "./executor.ts";

/** A Callboard without a port: requests go straight to its routes. */
export interface TestSite extends TestExecutor {
  readonly streams: EventStreams;
  /** Errors that readers saw only as a reference. */
  readonly errors: unknown[];
  /** What its routes are made of. */
  readonly deps: Deps;
  /** Every method and path pattern that is answered. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  get(path: string, headers?: HeaderFields): Promise<Response>;
  postForm(path: string, fields?: FormFields, headers?: HeaderFields): Promise<Response>;
  postJson(path: string, body: unknown, headers?: HeaderFields): Promise<Response>;
  request(path: string, init?: RequestInit): Promise<Response>;
  /** For a server that listens. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

type FormFields = Record<string, string> | [string, string][];
type HeaderFields = Readonly<Record<string, string>>;

const staticFiles = await loadAssets();

/** As for an executor; `processId` names the start of the process. */
export interface TestSiteOptions extends TestExecutorOptions {
  readonly processId?: string;
  readonly reach?: Reach;
  /** Who sends each request; an open site where it is absent. */
  readonly identify?: Deps["identify"];
  /** How people sign in; nobody does where it is absent. */
  readonly access?: AccessSettings;
  readonly trustedProxies?: number;
  readonly rates?: Deps["rates"];
}

export async function startTestSite(
  { processId = "p1", reach, identify, access, trustedProxies, rates, ...options }:
    TestSiteOptions = {},
): Promise<TestSite> {
  const metrics = createMetrics((kind) => kind === "gate");
  const test = await startTestExecutor({
    onEvent: metrics.onEvent,
    accessRealm: access && realmOf(access),
    ...options,
  });
  const streams = createEventStreams();
  const errors: unknown[] = [];
  const { clock } = test;
  const deps: Deps = {
    executor: test.executor,
    streams,
    reach,
    access,
    trustedProxies,
    rates,
    identify: identify ?? (access && createIdentify({ ...test, access, reach, trustedProxies })),
    staticFiles,
    loadMarkdown,
    now: clock.now,
    after: clock.after,
    processId,
    onError(error, where, about) {
      errors.push(error);
      options.onUnexpected?.(error, where, about);
    },
    onAnswer: metrics.onAnswer,
    metrics,
  };
  const app = createApp(deps);

  async function request(path: string, init?: RequestInit): Promise<Response> {
    return await app.request(new Request(new URL(path, "http://callboard.test"), init));
  }

  return {
    ...test,
    streams,
    errors,
    deps,
    routes: app.routes,
    fetch: app.fetch,
    request,
    get: (path, headers) => request(path, { headers }),
    postForm: (path, fields = {}, headers = {}) =>
      request(path, {
        method: "POST",
        headers,
        body: new URLSearchParams(fields),
      }),
    postJson: (path, body, headers = {}) =>
      request(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      streams.closeAll();
      await test[Symbol.asyncDispose]();
    },
  };
}

/** Headers of a request that htmx makes for a part of a page. */
export const HTMX = { "HX-Request": "true", "HX-Request-Type": "partial" } as const;
export const JSON_ONLY = { Accept: "application/json" } as const;

/** The task whose page an answer leads to. */
export function taskIdIn(location: string | null): string {
  const taskId = location?.replace("/tasks/", "") ?? "";
  assert.ok(isTaskId(taskId), `a task's path, not "${location}"`);
  return taskId;
}

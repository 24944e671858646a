import { type ModelSettings, PermanentError, RetryableError } from "../step_kind.ts";
import { EventLimit } from "./event_limit.ts";
import type { IdleTimer } from "./idle_timer.ts";
import { notAStreamError, refusalError } from "./refusal.ts";

/** Most bytes read of an answer that is an error. */
const MAX_ERROR_BYTES = 64 * 1024;

export interface ModelFetchOptions {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly settings: ModelSettings;
  readonly idle: IdleTimer;
}

/**
 * A fetch for the model library that lets only an event stream through, touches the idle timer with
 * every piece of it and stops it at an event without an end. Redirects are not followed: they would carry the key elsewhere.
 *
 * It rejects with a `PermanentError` or `RetryableError` that says what the service did.
 */
export function modelFetch({ fetch, now, settings, idle }: ModelFetchOptions): typeof fetch {
  const host = new URL(settings.baseUrl).host;
  return async (input, init) => {
    idle.touch();
    const response = await reach(() => fetch(input, { ...init, redirect: "manual" }), host);
    idle.touch();
    const contentType = mediaType(response);
    if (response.ok && isPossiblyEventStream(contentType)) {
      return watched(response, { idle, limit: new EventLimit(host), signal: init?.signal });
    }
    const { status, headers } = response;
    const { apiKey, model } = settings;
    const body = await beginning(response);
    const refusal = { status, headers, body, host, model, apiKey, now: now() };
    throw response.ok ? notAStreamError(refusal, contentType) : refusalError(refusal);
  };
}

async function reach(request: () => Promise<Response>, host: string): Promise<Response> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RetryableError(
      `Cannot reach the model service at ${host}: ${networkReason(error)}; ` +
        "check that it runs and that MODEL_BASE_URL is right",
    );
  }
}

/** Deno tells the reason in the message up to 2.5, and in the message of the cause later. */
function networkReason({ message: outer, cause }: TypeError): string {
  const message = cause instanceof Error ? `${outer} ${cause.message}` : outer;
  if (/refused/i.test(message)) return "the connection was refused";
  if (/dns|lookup|resolve/i.test(message)) return "its name is not known";
  if (/certificate|tls|ssl/i.test(message)) return "no secure connection could be made";
  if (/closed|reset|broken pipe/i.test(message)) return "it closed the connection";
  return "the connection failed";
}

function mediaType(response: Response): string {
  return (response.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** Some services leave the type out or send a general one; these two are surely something else. */
function isPossiblyEventStream(contentType: string): boolean {
  return contentType !== "text/html" && contentType !== "application/json";
}

interface Watch {
  readonly idle: IdleTimer;
  readonly limit: EventLimit;
  readonly signal: AbortSignal | null | undefined;
}

/**
 * The signal ends the body as well as the request: once the headers are there, nothing but the
 * garbage collector's leisure keeps the request listening to it (seen in Deno 2.9).
 */
function watched(response: Response, { idle, limit, signal }: Watch): Response {
  const watch = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(bytes, controller) {
      idle.touch();
      limit.count(bytes);
      controller.enqueue(bytes);
    },
  });
  return new Response(response.body?.pipeThrough(watch, { signal: signal ?? undefined }), response);
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    length += bytes.length;
    if (length >= MAX_ERROR_BYTES) break;
  }
  return text;
}

/** Whether an error is one of ours, with a sentence for people. */
export function isClear(error: unknown): error is PermanentError | RetryableError {
  return error instanceof PermanentError || error instanceof RetryableError;
}

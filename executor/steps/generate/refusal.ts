import { z } from "zod";
import { PermanentError, RetryableError } from "../step_kind.ts";
import { quote } from "./quote.ts";

/** What a model service answered instead of an event stream. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Where the service is, for people: host and port. */
  readonly host: string;
  /** The model that was asked for. */
  readonly model: string;
  readonly apiKey: string | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The error for an answer that is no event stream, in words that say what to do; whether another
 * attempt may help follows the status (RFC 9110; 429 and Retry-After as RFC 6585 has them).
 */
export function refusalError(refusal: Refusal): PermanentError | RetryableError {
  const { status, host, model } = refusal;
  const detail = serviceMessage(refusal);
  const reasons = detail === null ? "" : `: ${quote(detail, refusal.apiKey)}`;
  if (status === 401 || status === 403) {
    return new PermanentError(
      `The model service at ${host} refused the API key (${status})${reasons}; ` +
        "check MODEL_API_KEY",
    );
  }
  if (status === 404) {
    return new PermanentError(
      `The model service at ${host} knows no model "${model}" (404)${reasons}; ` +
        "check MODEL and MODEL_BASE_URL",
    );
  }
  if (status === 402 || (status === 429 && isOutOfCredit(refusal.body))) {
    return new PermanentError(
      `The account at the model service ${host} is out of credit (${status})${reasons}`,
    );
  }
  if (status === 429) return limited(refusal, reasons);
  if (status >= 500 || status === 408 || status === 409 || status === 425) {
    return new RetryableError(`The model service at ${host} failed (${status})${reasons}`, {
      retryAfterMs: retryAfterMs(refusal),
    });
  }
  if (status >= 300 && status < 400) {
    return new PermanentError(
      `The model service at ${host} has moved (${status}); set MODEL_BASE_URL to where it is now`,
    );
  }
  return new PermanentError(
    `The model service at ${host} refused the request (${status})${reasons}`,
  );
}

/** The error for a good status whose body is something else than an event stream. */
export function notAStreamError(
  refusal: Refusal,
  contentType: string,
): PermanentError | RetryableError {
  const { host, apiKey, body } = refusal;
  const detail = serviceMessage(refusal);
  if (contentType === "application/json" && detail !== null) {
    return new RetryableError(`The model service at ${host} failed: ${quote(detail, apiKey)}`);
  }
  return new PermanentError(
    `The service at ${host} answered with "${contentType}" where an event stream was wanted: ` +
      `${quote(body, apiKey)}; check that MODEL_BASE_URL is a model service's`,
  );
}

function limited(refusal: Refusal, reasons: string): RetryableError {
  const wait = retryAfterMs(refusal);
  const advice = wait === undefined ? "" : `; it asks to wait ${Math.ceil(wait / 1000)} seconds`;
  return new RetryableError(
    `The model service at ${refusal.host} takes no more requests now (429)${reasons}${advice}`,
    { retryAfterMs: wait },
  );
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterMs({ headers, now }: Refusal): number | undefined {
  const value = headers.get("Retry-After")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const Message = z.string().min(1);

/** The shapes services put their errors in; the first is OpenAI's. */
const ServiceError = z.union([
  z.object({ error: z.object({ message: Message }) }).transform(({ error }) => error.message),
  z.object({ error: Message }).transform(({ error }) => error),
  z.object({ message: Message }).transform(({ message }) => message),
  z.object({ detail: Message }).transform(({ detail }) => detail),
]);
const OutOfCredit = z.object({ error: z.object({ code: z.literal("insufficient_quota") }) });

/** The message in what a service sent as an error, parsed JSON or a plain string. */
export function messageOf(error: unknown): string | null {
  const result = z.union([ServiceError, Message]).safeParse(error);
  return result.success ? result.data : null;
}

function serviceMessage({ body }: Refusal): string | null {
  return messageOf(parseJson(body));
}

function isOutOfCredit(body: string): boolean {
  return OutOfCredit.safeParse(parseJson(body)).success;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

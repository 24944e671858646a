import type { z } from "zod";
import type { Json } from "../definition/schema.ts";
import type { Usage } from "../task.ts";

/**
 * What a step does. One file in this folder is one kind; `registry.ts` lists them.
 *
 * @typeParam Config the shape of `config` in the definition. Its strings are Liquid templates there,
 * and rendered text when `run` receives them.
 */
export interface StepKind<Config = unknown> {
  /** The word definitions use, such as `"template"`. */
  readonly kind: string;
  /** The word people see, such as `"Template"`. */
  readonly label: string;
  /** What an attempt keeps open while it runs, such as "request to the model"; absent for nothing. */
  readonly holds?: string;
  readonly config: z.ZodType<Config>;
  /**
   * Runs one attempt. Throwing means that the attempt failed; a `PermanentError` says that another
   * attempt would fail in the same way. Once `step.signal` is aborted the promise should reject soon.
   */
  run(step: StepRun<Config>): Promise<StepOutcome>;
  /** Lets go at once of what it keeps between runs, such as a worker; the next run makes it anew. */
  close?(): void;
}

/** What one attempt of a step is given. */
export interface StepRun<Config> {
  readonly config: Config;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The same on every attempt, for services that take an idempotency key. */
  readonly idempotencyKey: string;
  /** When the time came that an earlier run of this attempt waited for, in epoch milliseconds. */
  readonly resumedAt: number | null;
  /** Tokens the task may still use; null where it has no budget. */
  readonly tokensLeft: number | null;
  readonly signal: AbortSignal;
  readonly services: StepServices;
  /** Shows text as it is produced. What was written is shown, not kept: return the result as well. */
  write(text: string): void;
  /** Says how many tokens were used so far: they count also where the attempt is cut short. */
  tellUsage(usage: Usage): void;
}

/** What steps may use of the world outside. */
export interface StepServices {
  readonly now: () => number;
  readonly fetch: typeof fetch;
  /** Null where no model is set. */
  readonly model: ModelSettings | null;
}

/** An OpenAI-compatible model service. */
export interface ModelSettings {
  /** Base URL up to and including the version, such as `https://api.example.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
}

/** How an attempt ended without an error. `until` is in epoch milliseconds. */
export type StepOutcome =
  | { readonly type: "done"; readonly output: Json; readonly usage?: Usage }
  | { readonly type: "wait"; readonly until: number };

/** What a failed attempt can tell beside its message. */
export interface FailureOptions extends ErrorOptions {
  /** Tokens that it used all the same, where they are known. */
  readonly usage?: Usage;
}

/** A failure that another attempt would only repeat. Its message is shown to people. */
export class PermanentError extends Error {
  override name = "PermanentError";
  /** Tokens that the attempt used all the same; null where they are not known. */
  readonly usage: Usage | null;

  constructor(message: string, options: FailureOptions = {}) {
    super(message, options);
    this.usage = options.usage ?? null;
  }
}

/** A failure that another attempt may get over. Its message is shown to people. */
export class RetryableError extends Error {
  override name = "RetryableError";
  /** Tokens that the attempt used all the same; null where they are not known. */
  readonly usage: Usage | null;
  /** How long the service asked to be left alone; null where it did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: FailureOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.usage = options.usage ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

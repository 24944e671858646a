import { anyAborted } from "../../abort.ts";
import type { Usage } from "../../task.ts";
import { type ModelSettings, RetryableError, type StepServices } from "../step_kind.ts";
import { assertWhole, brokenOff, type TokenLimit } from "./ending.ts";
import { IdleTimer } from "./idle_timer.ts";
import { isClear, modelFetch } from "./model_fetch.ts";
import { quote } from "./quote.ts";
import { messageOf } from "./refusal.ts";
import { usageIn, withUsage } from "./told_usage.ts";
import { WholeCharacters } from "../../whole_characters.ts";

/** What to ask, whom, and where the words go. */
export interface Question {
  readonly prompt: string;
  readonly system: string | undefined;
  readonly temperature: number | undefined;
  readonly limit: TokenLimit | null;
  readonly settings: ModelSettings;
  readonly services: StepServices;
  readonly signal: AbortSignal;
  readonly idleTimeoutMs: number;
  /** Sent along: a service that knows it does not work twice for the attempts of one step. */
  readonly idempotencyKey: string;
  write(text: string): void;
  tellUsage(usage: Usage): void;
}

/** A whole answer; `usage` where the service told it. */
export interface Answer {
  readonly text: string;
  readonly usage?: Usage;
}

/**
 * Asks the model once and writes its words as they come.
 *
 * @throws PermanentError or RetryableError in words for people; the signal's reason when aborted.
 */
export async function streamAnswer(question: Question): Promise<Answer> {
  const idle = new IdleTimer(question.idleTimeoutMs);
  const over = new AbortController();
  const signal = anyAborted(question.signal, idle.signal, over.signal);
  const told: Told = { usage: null };
  try {
    const text = await readAnswer(question, await openStream(question, idle, signal), told);
    return told.usage === null ? { text } : { text, usage: told.usage };
  } catch (error) {
    question.signal.throwIfAborted();
    const failure = idle.signal.aborted ? silent(question.idleTimeoutMs) : error;
    throw told.usage !== null && isClear(failure) ? withUsage(failure, told.usage) : failure;
  } finally {
    idle.stop();
    over.abort();
  }
}

/**
 * The provider's own stream (the AI SDK's language model specification, version 4): `streamText`
 * of `ai` would add 20 MB and a retry of its own around it, and nothing that one answer needs.
 */
async function openStream(question: Question, idle: IdleTimer, abortSignal: AbortSignal) {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  abortSignal.throwIfAborted();
  const { settings, services, prompt, system } = question;
  const provider = createOpenAICompatible({
    name: "model",
    baseURL: settings.baseUrl,
    apiKey: settings.apiKey ?? undefined,
    includeUsage: true,
    fetch: modelFetch({ fetch: services.fetch, now: services.now, settings, idle }),
  });
  const { stream } = await provider.chatModel(settings.model).doStream({
    prompt: [
      ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
      { role: "user", content: [{ type: "text", text: prompt }] },
    ],
    temperature: question.temperature,
    maxOutputTokens: question.limit?.tokens,
    headers: { "Idempotency-Key": question.idempotencyKey },
    includeRawChunks: true, // they tell what was used, also where the answer fails
    abortSignal,
  });
  return stream;
}

type Parts = Awaited<ReturnType<typeof openStream>>;

/** The tokens that the service last told; null until it does. */
interface Told {
  usage: Usage | null;
}

async function readAnswer(question: Question, parts: Parts, told: Told): Promise<string> {
  const characters = new WholeCharacters();
  const pieces: string[] = [];
  const show = (piece: string) => {
    if (piece === "") return;
    pieces.push(piece);
    question.write(piece);
  };
  const hear = (usage: Usage | null) => {
    if (usage === null) return;
    told.usage = usage;
    question.tellUsage(usage);
  };
  for await (const part of untilBroken(parts)) {
    if (part.type === "raw") hear(usageIn(part.rawValue));
    if (part.type === "text-delta") show(characters.push(part.delta));
    if (part.type === "error") throwStreamError(part.error, question.settings.apiKey);
    if (part.type !== "finish") continue;
    show(characters.end());
    const text = pieces.join("");
    assertWhole(part.finishReason.raw, {
      isFiltered: part.finishReason.unified === "content-filter",
      isEmpty: text.trim() === "",
      limit: question.limit,
    });
    return text;
  }
  throw brokenOff();
}

/** Passes the parts on; whatever the connection does to them in the middle is one failure. */
async function* untilBroken(parts: Parts) {
  try {
    yield* parts;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined; // the library wraps ours
    throw [error, cause].find(isClear) ?? brokenOff();
  }
}

/** An error in the stream: what we cannot read comes as an `Error`, what the service says as data. */
function throwStreamError(error: unknown, apiKey: string | null): never {
  const said = error instanceof Error ? null : messageOf(error);
  if (said !== null) {
    throw new RetryableError(`The model service failed in its answer: ${quote(said, apiKey)}`);
  }
  if (error instanceof Error && UNREADABLE.has(error.name)) {
    throw new RetryableError(
      "The model service sent something else than an answer in its stream; " +
        "check that MODEL_BASE_URL is a model service's, then run it again",
    );
  }
  throw brokenOff();
}

const UNREADABLE = new Set(["AI_JSONParseError", "AI_TypeValidationError"]);

function silent(idleTimeoutMs: number): RetryableError {
  return new RetryableError(
    `The model service sent nothing for ${idleTimeoutMs / 1000} seconds; run it again later`,
  );
}

import {
  type ModelRequest,
  type ModelServer,
  refusal,
  startModelServer,
  words,
} from "./model_server.ts";

/** One thing done outside for a step, as told by the request for it. */
export interface SideEffect {
  /** `<taskId>.<stepId>`. */
  readonly key: string;
  readonly prompt: string;
  /** What it was answered with; no two are the same. Null where it was refused. */
  readonly answer: string | null;
}

/** A model service that keeps a ledger of what it did, fails now and then, and takes its time. */
export interface SideEffects extends AsyncDisposable {
  readonly baseUrl: string;
  /** Everything done so far, oldest first. */
  readonly ledger: readonly SideEffect[];
  /** Resolves when so many more requests have come. */
  come(count: number): Promise<void>;
}

const REFUSED = 0.08;
const BROKEN_OFF = 0.04;
const MAX_PAUSE_MS = 120;

/** @param random From 0 up to 1: what fails, and how long it takes. */
export function startSideEffects(random: () => number): SideEffects {
  const ledger: SideEffect[] = [];
  const waiting: { readonly length: number; readonly resolve: () => void }[] = [];
  const server: ModelServer = startModelServer(async (request, raw) => {
    const key = request.headers.get("Idempotency-Key") ?? "";
    const prompt = promptOf(request);
    const chance = random();
    const isRefused = chance < REFUSED;
    const answer = isRefused ? null : `<${ledger.length}>${longAnswer(prompt)}`;
    ledger.push({ key, prompt, answer });
    for (const { length, resolve } of waiting) if (ledger.length >= length) resolve();
    await new Promise((resolve) => setTimeout(resolve, random() * MAX_PAUSE_MS));
    if (answer === null) return await refusal(503, "Not now")(request, raw);
    const pieces = answer.match(/[^]{1,4096}/g) ?? [];
    const isBrokenOff = chance < REFUSED + BROKEN_OFF;
    return await words(pieces, { isBrokenOff })(request, raw);
  });
  return {
    baseUrl: server.baseUrl,
    ledger,
    come: (count) =>
      new Promise((resolve) => waiting.push({ length: ledger.length + count, resolve })),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A prompt that begins with `long` is answered with more than one part of a body holds. */
function longAnswer(prompt: string): string {
  return prompt.startsWith("long") ? "x".repeat(100_000) : "";
}

function promptOf({ body }: ModelRequest): string {
  const content = body.messages?.at(-1)?.content;
  return typeof content === "string" ? content : JSON.stringify(content);
}

import {
  type Closed,
  Gate,
  type ModelServer,
  startModelServer,
  words,
} from "../../helpers/model_server.ts";

/** One request of one step, as seen from outside. Times are of `performance.now()`. */
export interface TracedRequest {
  /** The first two words of its prompt: which task, which step. */
  readonly key: string;
  /** The process that asked: each has a model name of its own. */
  readonly model: string;
  readonly prompt: string;
  readonly answer: string;
  readonly beganAt: number;
  endedAt: number | null;
  ending: Closed | null;
}

/** A model that answers at its own pace and keeps an account of who asked what, and when. */
export interface TracedModel extends AsyncDisposable {
  readonly server: ModelServer;
  readonly requests: readonly TracedRequest[];
  /** Resolves when so many answers have been sent whole. */
  answered(count: number): Promise<void>;
  /** The longest time, in milliseconds, for which two requests of one step were open at once. */
  longestOverlap(): number;
}

/** @param pauseMs How long it takes for each word. */
export function startTracedModel(pauseMs: () => number): TracedModel {
  const requests: TracedRequest[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let sent = 0;

  const server = startModelServer((request, raw) => {
    const prompt = String(request.body.messages?.at(-1)?.content);
    const [task = "", step = "", ...rest] = prompt.split(" ");
    const answer = answerTo(`${task} ${step}`, requests.length, rest.join(" "));
    const traced: TracedRequest = {
      key: `${task} ${step}`,
      model: request.body.model ?? "",
      prompt,
      answer,
      beganAt: performance.now(),
      endedAt: null,
      ending: null,
    };
    requests.push(traced);
    request.closed.then((ending) => {
      Object.assign(traced, { ending, endedAt: performance.now() });
      if (ending === "sent") sent++;
      for (const { count, resolve } of waiting) if (sent >= count) resolve();
    });
    const pieces = answer.split(/(?<= )/);
    return words(pieces, { gate: pacedGate(pieces.length + 1, pauseMs) })(request, raw);
  });

  return {
    server,
    requests,
    answered(count) {
      if (sent >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    longestOverlap() {
      const now = performance.now();
      const overlaps = requests.flatMap((one, i) =>
        requests.slice(i + 1).filter(({ key }) => key === one.key)
          .map((other) => (one.endedAt ?? now) - other.beganAt)
      );
      return Math.max(0, ...overlaps);
    },
    async [Symbol.asyncDispose]() {
      await server.close();
    },
  };
}

/** Says which request it answers, so that a result tells which run of the step it came from. */
function answerTo(key: string, serial: number, rest: string): string {
  return `[${key} #${serial}${rest === "" ? "" : ` of ${rest}`}]`;
}

function pacedGate(passes: number, pauseMs: () => number): Gate {
  const gate = new Gate();
  let at = 0;
  for (let i = 0; i < passes; i++) setTimeout(() => gate.open(), at += pauseMs());
  return gate;
}

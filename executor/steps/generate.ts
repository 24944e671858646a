import { z } from "zod";
import { defineKind } from "./define_kind.ts";
import type { TokenLimit } from "./generate/ending.ts";
import { NumberSetting, parseNumberSetting } from "./number_setting.ts";
import { type ModelSettings, PermanentError, type StepKind } from "./step_kind.ts";

/** How long a model service may send nothing, at the start or in the middle. */
export const IDLE_TIMEOUT_MS = 60_000;

/**
 * A step that asks a language model, through any service with OpenAI's chat completions protocol.
 *
 * Config: `prompt`; `system`, what the model is to be; `temperature`, 0 to 2; `maxTokens`, the most
 * it may write; `model` instead of the one in the settings. An empty setting is one left out.
 * Where the task has a budget, no more is asked for than is left of it.
 * The answer is written as it comes, and is the output: a string, whole or none at all. An answer
 * that is cut, held back, broken off or empty fails. Aborting closes the connection at once.
 */
export function createGenerate(options: { readonly idleTimeoutMs: number }): StepKind {
  return defineKind({
    kind: "generate",
    label: "Generate",
    holds: "request to the model",
    config: z.strictObject({
      prompt: z.string(),
      system: z.string().optional(),
      temperature: NumberSetting.optional(),
      maxTokens: NumberSetting.optional(),
      model: z.string().optional(),
    }),
    async run({ config, idempotencyKey, services, signal, tokensLeft, write, tellUsage }) {
      const settings = withModel(services.model, config.model?.trim());
      if (config.prompt.trim() === "") {
        throw new PermanentError('Cannot ask the model: "prompt" is empty');
      }
      const maxTokens = optionalNumber(config.maxTokens, MAX_TOKENS_RANGE);
      const { streamAnswer } = await import("./generate/stream_answer.ts");
      signal.throwIfAborted();
      const { text, ...told } = await streamAnswer({
        prompt: config.prompt,
        system: config.system?.trim() === "" ? undefined : config.system,
        temperature: optionalNumber(config.temperature, { name: "temperature", min: 0, max: 2 }),
        limit: limitOf(maxTokens, tokensLeft),
        settings,
        services,
        signal,
        write,
        tellUsage,
        idleTimeoutMs: options.idleTimeoutMs,
        idempotencyKey,
      });
      return { type: "done", output: text, ...told };
    },
  });
}

/** Asks a language model; see {@link createGenerate}. */
export const generate = createGenerate({ idleTimeoutMs: IDLE_TIMEOUT_MS });

/** The most tokens to be written: what the config says, or what is left of the task's budget. */
function limitOf(maxTokens: number | undefined, tokensLeft: number | null): TokenLimit | null {
  if (tokensLeft === 0) {
    throw new PermanentError(
      'Cannot ask the model: the task\'s budget is used up; set "budget" higher, or ask for less',
    );
  }
  if (tokensLeft !== null && tokensLeft < (maxTokens ?? Infinity)) {
    return { tokens: tokensLeft, setBy: "budget" };
  }
  return maxTokens === undefined ? null : { tokens: maxTokens, setBy: "maxTokens" };
}

const MAX_TOKENS_RANGE = { name: "maxTokens", min: 1, max: 10_000_000, isWhole: true };

function withModel(settings: ModelSettings | null, model: string | undefined): ModelSettings {
  if (settings !== null) return model ? { ...settings, model } : settings;
  throw new PermanentError(
    "No language model is set: set MODEL_BASE_URL and MODEL (and MODEL_API_KEY where the " +
      "service wants one), then start Callboard again",
  );
}

function optionalNumber(
  value: number | string | undefined,
  range: Parameters<typeof parseNumberSetting>[1],
): number | undefined {
  const isLeftOut = value === undefined || (typeof value === "string" && value.trim() === "");
  return isLeftOut ? undefined : parseNumberSetting(value, range);
}

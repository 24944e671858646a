import {
  DEFAULT_RETRY,
  DEFAULT_TIMEOUT_SECONDS,
  type Definition,
  type InputDefinition,
  type Json,
  MAX_TASK_SECONDS,
  type Retry,
  type StepDefinition,
} from "./schema.ts";

/**
 * A definition as the workspace editor shows it: JSON without the name and the description, which
 * have fields of their own, and without what has its default value.
 */
export function definitionText(definition: Definition): string {
  const { timeout, budget, concurrency, inputs, steps, outputs } = definition;
  const limits = withoutUndefined({
    timeout: timeout === MAX_TASK_SECONDS ? undefined : timeout,
    budget,
    concurrency,
  });
  const text = { ...limits, inputs: inputs.map(inputText), steps: steps.map(stepText), outputs };
  return `${JSON.stringify(text, null, 2)}\n`;
}

function inputText(input: InputDefinition): Json {
  const { required, help, ...rest } = input;
  return withoutUndefined({
    ...rest,
    default: input.type === "checkbox" && !input.default ? undefined : input.default,
    required: required || undefined,
    help: help || undefined,
  });
}

function stepText({ needs, config, retry, timeout, onError, ...rest }: StepDefinition): Json {
  return withoutUndefined({
    ...rest,
    config: Object.keys(config).length > 0 ? config : undefined,
    needs: needs.length > 0 ? needs : undefined,
    retry: isDefault(retry) ? undefined : retry,
    timeout: timeout === DEFAULT_TIMEOUT_SECONDS ? undefined : timeout,
    onError: onError === "fail" ? undefined : onError,
  });
}

function isDefault({ attempts, backoff }: Retry): boolean {
  return attempts === DEFAULT_RETRY.attempts && backoff === DEFAULT_RETRY.backoff;
}

function withoutUndefined(
  fields: Readonly<Record<string, Json | undefined>>,
): Record<string, Json> {
  const kept = Object.entries(fields).flatMap(([key, value]): [string, Json][] =>
    value === undefined ? [] : [[key, value]]
  );
  return Object.fromEntries(kept);
}

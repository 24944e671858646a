import { z } from "zod";
import { quote } from "./quote.ts";

/** Most steps one app may have. */
export const MAX_STEPS = 100;
/** Most UTF-8 bytes of one definition, as JSON. */
export const MAX_DEFINITION_BYTES = 60_000;
/** Most UTF-8 bytes of the values of one task's inputs. */
export const MAX_INPUT_BYTES = 1_000_000;
/** Most characters of a name or a label. */
export const MAX_NAME_LENGTH = 80;

const Name = z.string().trim().min(1).max(MAX_NAME_LENGTH);
const Identifier = z.string().max(40).regex(/^[a-z][a-z0-9_]*$/, {
  error: ({ input }) =>
    `has to begin with a small letter and hold only small letters, digits and _, not ${
      quote(input)
    }`,
});

const inputBase = {
  name: Identifier.refine((name) => name !== "app", 'must not be "app", which chooses the app'),
  label: Name,
  required: z.boolean().default(false),
  help: z.string().max(300).default(""),
};

const textLimits = {
  default: z.string().optional(),
  maxLength: z.int().min(1).max(MAX_INPUT_BYTES).optional(),
};

/**
 * One input of an app: a form field and its limits. Lengths are in characters. The value of a `file`
 * is the text that is in it.
 */
export const InputDefinition = z.discriminatedUnion("type", [
  z.strictObject({ ...inputBase, type: z.literal("text"), ...textLimits }),
  z.strictObject({ ...inputBase, type: z.literal("multiline"), ...textLimits }),
  z.strictObject({ ...inputBase, type: z.literal("url"), ...textLimits }),
  z.strictObject({ ...inputBase, type: z.literal("file"), ...textLimits }),
  z.strictObject({
    ...inputBase,
    type: z.literal("number"),
    default: z.number().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.strictObject({
    ...inputBase,
    type: z.literal("select"),
    options: z.array(z.string().min(1).max(MAX_NAME_LENGTH)).min(1).max(100),
    default: z.string().optional(),
  }),
  z.strictObject({
    ...inputBase,
    type: z.literal("checkbox"),
    default: z.boolean().default(false),
  }),
]);
export type InputDefinition = z.infer<typeof InputDefinition>;
export type InputType = InputDefinition["type"];

/** Most attempts of one step. */
export const MAX_ATTEMPTS = 10;
/** How a step that does not say is tried again. */
export const DEFAULT_RETRY = { attempts: 3, backoff: 1 } as const;
/** Seconds one attempt of a step that does not say may take. */
export const DEFAULT_TIMEOUT_SECONDS = 900;

/**
 * How often a step is tried where a failure may be got over, and how many seconds lie before the
 * second attempt; each further pause is twice as long.
 */
export const Retry = z.strictObject({
  attempts: z.int().min(1).max(MAX_ATTEMPTS).default(DEFAULT_RETRY.attempts),
  backoff: z.number().min(0).max(3_600).default(DEFAULT_RETRY.backoff),
});
export type Retry = z.infer<typeof Retry>;

/** Most characters of a condition. */
export const MAX_CONDITION_LENGTH = 1_000;

/** Whether a step that fails for good ends its task, or the task goes on without its result. */
export const ON_ERROR = ["fail", "continue"] as const;

/**
 * One step of an app. `config` is checked by the step's kind; every string in it is a Liquid
 * template over `inputs`, `steps.<id>.output` and `steps.<id>.error`. `needs` adds to what the
 * templates refer to. `when` is a condition over the same, as in Liquid's `if`: the step is skipped
 * where it does not hold. `timeout` is in seconds, for one attempt.
 */
export const StepDefinition = z.strictObject({
  id: Identifier,
  name: Name,
  kind: z.string().min(1).max(40),
  config: z.record(z.string(), z.json()).default({}),
  needs: z.array(Identifier).max(MAX_STEPS).default([]),
  when: z.string().trim().min(1).max(MAX_CONDITION_LENGTH).optional(),
  retry: Retry.default(DEFAULT_RETRY),
  timeout: z.number().min(1).max(86_400).default(DEFAULT_TIMEOUT_SECONDS),
  onError: z.enum(ON_ERROR).default("fail"),
});
export type StepDefinition = z.infer<typeof StepDefinition>;

/** One output of an app: a Liquid template, rendered when all steps have ended. */
export const OutputDefinition = z.strictObject({
  name: Identifier,
  label: Name,
  type: z.enum(["markdown", "text", "json"]),
  template: z.string().min(1),
});
export type OutputDefinition = z.infer<typeof OutputDefinition>;
export type OutputType = OutputDefinition["type"];

/** Seconds a task of an app that does not say may take: 400 days, which is also the most. */
export const MAX_TASK_SECONDS = 400 * 24 * 60 * 60;

/**
 * What an app is made of; the shape people write in Studio. `timeout` is in seconds from a task's
 * start to its end. `budget` is the most tokens that the steps of one task may use together.
 * `concurrency` is how many tasks of the app may run at once, in all processes together.
 */
export const Definition = z.strictObject({
  name: Name,
  description: z.string().trim().max(500).default(""),
  timeout: z.number().min(1).max(MAX_TASK_SECONDS).default(MAX_TASK_SECONDS),
  budget: z.int().min(1).max(1_000_000_000).optional(),
  concurrency: z.int().min(1).max(1_000).optional(),
  inputs: z.array(InputDefinition).max(50).default([]),
  steps: z.array(StepDefinition).min(1).max(MAX_STEPS),
  outputs: z.array(OutputDefinition).max(20).default([]),
});
export type Definition = z.infer<typeof Definition>;

/** A JSON value, as inputs, step results and outputs are. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The checked inputs of one task, by input name; an absent optional input has no entry. */
export type InputValues = Readonly<Record<string, string | number | boolean>>;

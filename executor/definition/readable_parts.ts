import { z } from "zod";
import {
  DEFAULT_RETRY,
  DEFAULT_TIMEOUT_SECONDS,
  Definition,
  InputDefinition,
  MAX_TASK_SECONDS,
  OutputDefinition,
  StepDefinition,
} from "./schema.ts";

/** Stands for a name that cannot be read: any name that is looked for may be meant by it. */
export const UNREADABLE = "";

const name = (value: unknown) => typeof value === "string" ? value : UNREADABLE;
const nameIn = (entry: unknown, field: string) => {
  const isNamed = typeof entry === "object" && entry !== null && Object.hasOwn(entry, field);
  return isNamed ? name(Reflect.get(entry, field)) : UNREADABLE;
};

const Input = InputDefinition.catch(({ value }) => ({
  name: nameIn(value, "name"),
  label: UNREADABLE,
  type: "text",
  required: false,
  help: "",
}));

const unreadableStep: StepDefinition = {
  id: UNREADABLE,
  name: UNREADABLE,
  kind: UNREADABLE,
  config: {},
  needs: [],
  retry: DEFAULT_RETRY,
  timeout: DEFAULT_TIMEOUT_SECONDS,
  onError: "fail",
};
const step = StepDefinition.shape;
const Step = z.object({
  id: step.id.catch(({ value }) => name(value)),
  name: step.name.catch(UNREADABLE),
  kind: step.kind.catch(UNREADABLE),
  config: step.config.catch({}),
  needs: step.needs.catch([]),
  retry: step.retry.catch(DEFAULT_RETRY),
  when: step.when.catch(undefined),
  timeout: step.timeout.catch(DEFAULT_TIMEOUT_SECONDS),
  onError: step.onError.catch("fail"),
}).catch(unreadableStep);

const output = OutputDefinition.shape;
const unreadableOutput: OutputDefinition = {
  name: UNREADABLE,
  label: UNREADABLE,
  type: "text",
  template: "",
};
const Output = z.object({
  name: output.name.catch(({ value }) => name(value)),
  label: output.label.catch(UNREADABLE),
  type: output.type.catch("text"),
  template: output.template.catch(""),
}).catch(unreadableOutput);

const unreadableInput = Input.parse(null);
const definition = Definition.shape;
const Parts = z.object({
  name: definition.name.catch(UNREADABLE),
  description: definition.description.catch(""),
  timeout: definition.timeout.catch(MAX_TASK_SECONDS),
  inputs: z.array(Input).default([]).catch([unreadableInput]),
  steps: z.array(Step).catch([unreadableStep]),
  outputs: z.array(Output).default([]).catch([]),
}).catch({
  name: UNREADABLE,
  description: "",
  timeout: MAX_TASK_SECONDS,
  inputs: [],
  steps: [],
  outputs: [],
});

/**
 * What can be read of a definition whose shape is wrong, to be checked further: each entry at its
 * place, what is wrong in it replaced by something that says nothing.
 */
export function readableParts(json: unknown): Definition {
  return Parts.parse(json);
}

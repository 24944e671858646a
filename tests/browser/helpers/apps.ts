import type { z } from "zod";
import type { Definition } from "../../../executor/definition/schema.ts";

/** A definition as it is written, with defaults left out. */
export type AppSource = z.input<typeof Definition>;

/** One input, one template step, one text output: a task of it ends at once. */
export const ECHO: AppSource = {
  name: "Echo",
  description: "Gives back what it was given.",
  inputs: [{ name: "said", label: "Said", type: "multiline", required: true }],
  steps: [
    { id: "say", name: "Say it", kind: "template", config: { text: "{{ inputs.said }}" } },
  ],
  outputs: [{ name: "echo", label: "Echo", type: "text", template: "{{ steps.say.output }}" }],
};

/** A model step between two templates, so that there is something before and after it. */
export const TELL: AppSource = {
  name: "Tell",
  description: "Asks the model, between two other steps.",
  inputs: [{ name: "topic", label: "Topic", type: "text", required: true }],
  steps: [
    { id: "before", name: "Begin", kind: "template", config: { text: "About {{ inputs.topic }}" } },
    {
      id: "tell",
      name: "Tell it",
      kind: "generate",
      config: { prompt: "{{ steps.before.output }}" },
    },
    {
      id: "after",
      name: "Close",
      kind: "template",
      config: { text: "{{ steps.tell.output }} The end." },
    },
  ],
  outputs: [{ name: "story", label: "Story", type: "text", template: "{{ steps.after.output }}" }],
};

import { Definition } from "../definition/schema.ts";

/** One question, one answer. */
export const askAModel = Definition.parse({
  name: "Ask a model",
  description: "Sends a question to the language model and shows the answer as it is written.",
  inputs: [
    {
      name: "question",
      label: "Question",
      type: "multiline",
      required: true,
      maxLength: 200_000,
    },
    {
      name: "role",
      label: "Role",
      type: "text",
      default: "You are a helpful expert. Answer clearly and briefly, in Markdown.",
      help: "What the model is told about itself.",
      maxLength: 2000,
    },
  ],
  steps: [
    {
      id: "answer",
      name: "Answer the question",
      kind: "generate",
      config: { system: "{{ inputs.role }}", prompt: "{{ inputs.question }}" },
    },
  ],
  outputs: [
    { name: "answer", label: "Answer", type: "markdown", template: "{{ steps.answer.output }}" },
  ],
});

import {
  DEFAULT_RETRY,
  DEFAULT_TIMEOUT_SECONDS,
  type Definition,
  MAX_TASK_SECONDS,
} from "../definition/schema.ts";

/** What a new app begins with: one input, one step, one output. */
export const blankApp: Definition = {
  name: "New app",
  description: "",
  timeout: MAX_TASK_SECONDS,
  inputs: [
    { name: "text", label: "Text", type: "multiline", required: true, help: "" },
  ],
  steps: [
    {
      id: "greet",
      name: "Put it into words",
      kind: "template",
      config: { text: "You wrote: {{ inputs.text }}" },
      needs: [],
      retry: DEFAULT_RETRY,
      timeout: DEFAULT_TIMEOUT_SECONDS,
      onError: "fail",
    },
  ],
  outputs: [
    { name: "result", label: "Result", type: "markdown", template: "{{ steps.greet.output }}" },
  ],
};

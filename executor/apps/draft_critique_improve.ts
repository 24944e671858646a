import { Definition } from "../definition/schema.ts";

const TASK = `\
Task: {{ inputs.task }}
Readers: {{ inputs.readers | default: "the general public" }}
Length: {{ inputs.length | default: "About a page" }}`;

const DRAFT = `\
Write the text that this task asks for. Answer with the text alone, in Markdown.

${TASK}`;

const CRITIQUE = `\
Below are a task and a draft for it. Name the draft's five most important weaknesses, the worst \
first: what is wrong, missing, unclear, too long or not fit for its readers. Quote the place, and say \
what would be better. Do not rewrite the draft.

${TASK}

Draft:

{{ steps.draft.output }}`;

const IMPROVE = `\
Below are a task, a draft for it and an editor's critique of the draft. Write the text anew so that \
what the critique is right about is mended and what was good is kept. Answer with the text alone, in \
Markdown.

${TASK}

Draft:

{{ steps.draft.output }}

Critique:

{{ steps.critique.output }}`;

/** Three answers in a row, each built on the one before. */
export const draftCritiqueImprove = Definition.parse({
  name: "Draft, critique, improve",
  description: "The language model writes a draft, criticizes it as an editor would, and writes " +
    "it anew.",
  inputs: [
    {
      name: "task",
      label: "Task",
      type: "multiline",
      required: true,
      help: "What to write, with the facts that have to be in it.",
      maxLength: 100_000,
    },
    {
      name: "readers",
      label: "Readers",
      type: "text",
      default: "People who know nothing about it yet",
      maxLength: 300,
    },
    {
      name: "length",
      label: "Length",
      type: "select",
      options: ["A paragraph", "About a page", "Two to three pages"],
      default: "About a page",
    },
  ],
  steps: [
    {
      id: "draft",
      name: "Write a draft",
      kind: "generate",
      config: { system: "You are a skilled writer.", prompt: DRAFT },
    },
    {
      id: "critique",
      name: "Criticize the draft",
      kind: "generate",
      config: { system: "You are a strict and helpful editor.", prompt: CRITIQUE },
    },
    {
      id: "improved",
      name: "Write it anew",
      kind: "generate",
      config: { system: "You are a skilled writer.", prompt: IMPROVE },
    },
  ],
  outputs: [
    { name: "text", label: "Text", type: "markdown", template: "{{ steps.improved.output }}" },
    {
      name: "critique",
      label: "Critique",
      type: "markdown",
      template: "{{ steps.critique.output }}",
    },
    { name: "draft", label: "Draft", type: "markdown", template: "{{ steps.draft.output }}" },
  ],
});

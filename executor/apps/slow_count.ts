import { Definition } from "../definition/schema.ts";

const SECONDS = "{{ inputs.seconds | default: 2 }}";

/** A task that takes its time, to watch how a page follows it. */
export const slowCount = Definition.parse({
  name: "Slow count",
  description: "Counts from one to four and waits in between. Stop Callboard in the middle: the " +
    "count goes on when it is back.",
  inputs: [
    {
      name: "seconds",
      label: "Seconds between two numbers",
      type: "number",
      default: 2,
      min: 0,
      max: 3600,
      help: "There are three waits.",
    },
  ],
  steps: [
    { id: "one", name: "Say one", kind: "template", config: { text: "One" } },
    {
      id: "first_wait",
      name: "Wait before two",
      kind: "wait",
      config: { seconds: SECONDS },
      needs: ["one"],
    },
    {
      id: "two",
      name: "Say two",
      kind: "template",
      config: { text: "{{ steps.one.output }}, two" },
      needs: ["first_wait"],
    },
    {
      id: "second_wait",
      name: "Wait before three",
      kind: "wait",
      config: { seconds: SECONDS },
      needs: ["two"],
    },
    {
      id: "three",
      name: "Say three",
      kind: "template",
      config: { text: "{{ steps.two.output }}, three" },
      needs: ["second_wait"],
    },
    {
      id: "third_wait",
      name: "Wait before four",
      kind: "wait",
      config: { seconds: SECONDS },
      needs: ["three"],
    },
    {
      id: "four",
      name: "Say four",
      kind: "template",
      config: { text: "{{ steps.three.output }}, four." },
      needs: ["third_wait"],
    },
  ],
  outputs: [
    { name: "count", label: "Count", type: "text", template: "{{ steps.four.output }}" },
    {
      name: "times",
      label: "Times",
      type: "markdown",
      template: "| Number | Said at (UTC) |\n| --- | --- |\n" +
        '| Two | {{ steps.first_wait.output | date: "%H:%M:%S" }} |\n' +
        '| Three | {{ steps.second_wait.output | date: "%H:%M:%S" }} |\n' +
        '| Four | {{ steps.third_wait.output | date: "%H:%M:%S" }} |\n',
    },
  ],
});

import { Definition } from "../../../executor/definition/schema.ts";

const ask = (id: string, needs: string[], rest = "") => ({
  id,
  name: id,
  kind: "generate",
  needs,
  config: { prompt: `{{ inputs.mark }} ${id}${rest}` },
});

/**
 * A model, a wait of `pause` seconds, two models side by side that are given the first one's answer, and a template of
 * both. The output says which run of each step it was made of.
 */
export function relayApp({ pause = 0.3 } = {}): Definition {
  return Definition.parse({
    name: "Relay",
    inputs: [{ name: "mark", label: "Mark", type: "text", required: true }],
    steps: [
      ask("first", []),
      { id: "pause", name: "pause", kind: "wait", needs: ["first"], config: { seconds: pause } },
      ask("left", ["pause"], " {{ steps.first.output }}"),
      ask("right", ["pause"], " {{ steps.first.output }}"),
    ],
    outputs: [{
      name: "all",
      label: "All",
      type: "text",
      template: "{{ steps.left.output }} {{ steps.right.output }}",
    }],
  });
}

/** What the output of a task of this mark has to look like. */
export function relayOutput(mark: string): RegExp {
  const first = `\\[${mark} first (#\\d+)\\]`;
  const again = `\\[${mark} first \\1\\]`;
  return new RegExp(`^\\[${mark} left #\\d+ of ${first}\\] \\[${mark} right #\\d+ of ${again}\\]$`);
}

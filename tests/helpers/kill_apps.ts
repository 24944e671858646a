import type { DefinitionSketch, StepSketch } from "./definitions.ts";

const RETRY = { attempts: 10, backoff: 0.2 };

/** Asks the model; the prompt quotes what the steps it needs were answered. */
function ask(id: string, needs: readonly string[], word = "short"): StepSketch {
  const quotes = needs.map((need) => ` ${need}={{ steps.${need}.output | slice: 0, 12 }};`);
  const prompt = `${word} {{ inputs.name }} ${id}:${quotes.join("")}`;
  return { id, kind: "generate", config: { prompt }, retry: RETRY };
}

function pause(id: string, seconds: number, needs: readonly string[]): StepSketch {
  return { id, kind: "wait", config: { seconds }, needs };
}

const BRANCHES = ["b1", "b2", "b3", "b4", "b5"];

/** Workflows of the shapes there are, each with an output that shows what every step was answered. */
export const KILL_APPS: readonly DefinitionSketch[] = [
  { name: "Chain", steps: [ask("a", []), ask("b", ["a"]), ask("c", ["b"]), ask("d", ["a", "c"])] },
  {
    name: "Fan-out",
    steps: [ask("a", []), ...BRANCHES.map((id) => ask(id, ["a"])), ask("last", BRANCHES)],
  },
  {
    name: "Waits",
    steps: [
      pause("w1", 0.5, []),
      { ...ask("a", []), needs: ["w1"] },
      pause("w2", 1.5, ["a"]),
      { ...ask("b", ["a"]), needs: ["w2"] },
    ],
  },
  { name: "Long", steps: [ask("a", [], "long"), ask("b", ["a"], "long"), ask("c", ["a", "b"])] },
].map(({ name, steps }) => ({
  name,
  inputs: [{ name: "name", label: "Name", type: "text" }],
  steps,
  outputs: steps.filter(({ kind }) => kind === "generate").map(({ id }) => ({
    name: `of_${id}`,
    label: id,
    type: "text",
    template: `{{ steps.${id}.output }}`,
  })),
}));

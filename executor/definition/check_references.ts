import { conditionReferences } from "../template/condition.ts";
import { TemplateError, type TemplateReferences, templateReferences } from "../template/liquid.ts";
import { unknownName } from "./known_names.ts";
import { circleText, conditionsOf, findCircle, type Plan, planOf, textsIn } from "./plan.ts";
import { type DefinitionProblem, problemAt } from "./problem.ts";
import { UNREADABLE } from "./readable_parts.ts";
import type { Definition } from "./schema.ts";

type Path = DefinitionProblem["path"];

/** The plan of a definition, or what is wrong with its templates and needs. */
export async function checkReferences(
  definition: Definition,
): Promise<{ readonly plan: Plan } | { readonly problems: readonly DefinitionProblem[] }> {
  const check = new ReferenceCheck(definition);
  await check.steps();
  await check.outputs();
  const needs = check.needs();
  const circle = findCircle(needs);
  if (circle === null && check.problems.length === 0) {
    return { plan: planOf(needs, conditionsOf(definition)) };
  }
  return { problems: [...check.problems, ...circleProblems(circle, definition)] };
}

function circleProblems(circle: readonly string[] | null, definition: Definition) {
  if (circle === null || circle.length === 2) return []; // a step that needs itself has been told
  const index = definition.steps.findIndex(({ id }) => id === circle[0]);
  const sentence = `steps need each other in a circle: ${circleText(circle)}`;
  return [problemAt(["steps", index], sentence, definition)];
}

/** Where a template or a condition stands; `stepId` is null in an output. */
interface Place {
  readonly text: string;
  readonly path: Path;
  readonly stepId: string | null;
}

class ReferenceCheck {
  readonly problems: DefinitionProblem[] = [];
  readonly #definition: Definition;
  readonly #inputNames: readonly string[];
  readonly #stepIds: readonly string[];
  readonly #named = new Map<string, Set<string>>();

  constructor(definition: Definition) {
    this.#definition = definition;
    this.#inputNames = definition.inputs.map(({ name }) => name);
    this.#stepIds = definition.steps.map(({ id }) => id);
  }

  async steps(): Promise<void> {
    for (const [index, step] of this.#definition.steps.entries()) {
      const named = new Set(step.needs);
      this.#named.set(step.id, named);
      for (const [at, need] of step.needs.entries()) {
        this.#need(step.id, need, ["steps", index, "needs", at]);
      }
      for (const { text, path } of textsIn(step.config)) {
        const found = () => templateReferences(text);
        const place = { text, path: ["steps", index, "config", ...path], stepId: step.id };
        for (const id of await this.#references(found, place)) named.add(id);
      }
      if (step.when !== undefined) {
        const text = step.when;
        const place = { text, path: ["steps", index, "when"], stepId: step.id };
        for (const id of await this.#references(() => conditionReferences(text), place)) {
          named.add(id);
        }
      }
    }
  }

  async outputs(): Promise<void> {
    for (const [index, { template }] of this.#definition.outputs.entries()) {
      const place = { text: template, path: ["outputs", index, "template"], stepId: null };
      await this.#references(() => templateReferences(template), place);
    }
  }

  /** By step id, in the definition's order. */
  needs(): Plan["needs"] {
    return new Map(this.#stepIds.map((id) => {
      const named = this.#named.get(id) ?? new Set();
      return [id, this.#stepIds.filter((other) => named.has(other))];
    }));
  }

  #need(stepId: string, need: string, path: Path): void {
    if (need === stepId) this.#add(path, "a step cannot wait for itself");
    else if (!isKnown(need, this.#stepIds)) this.#add(path, this.#unknownStep(need));
  }

  /** The ids of the steps that a template or a condition refers to. */
  async #references(
    find: () => Promise<TemplateReferences>,
    { text, path, stepId }: Place,
  ): Promise<readonly string[]> {
    try {
      const { inputs, steps } = await find();
      const lineOf = (line: number) => text.includes("\n") ? `line ${line}: ` : "";
      for (const { name, position } of inputs) {
        if (isKnown(name, this.#inputNames)) continue;
        this.#add(path, lineOf(position.line) + this.#unknownInput(name));
      }
      for (const { name, position } of steps) {
        if (name === stepId) {
          this.#add(path, `${lineOf(position.line)}a step cannot use its own result`);
        } else if (!isKnown(name, this.#stepIds)) {
          this.#add(path, lineOf(position.line) + this.#unknownStep(name));
        }
      }
      return steps.map(({ name }) => name);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const { message } = error;
      this.#add(path, message.charAt(0).toLowerCase() + message.slice(1));
      return [];
    }
  }

  #unknownInput(name: string): string {
    return unknownName(name, { one: "input", many: "Inputs", names: this.#inputNames });
  }

  #unknownStep(id: string): string {
    return unknownName(id, { one: "step", many: "Steps", names: this.#stepIds });
  }

  #add(path: Path, sentence: string): void {
    this.problems.push(problemAt(path, sentence, this.#definition));
  }
}

function isKnown(name: string, names: readonly string[]): boolean {
  return names.includes(name) || names.includes(UNREADABLE);
}

import { type Template, toValueSync, TypeGuards, Value } from "liquidjs";
import type { Arguments, PropertyAccessToken, Token } from "liquidjs";
import { TemplateError, type TemplatePosition } from "./template_error.ts";

/** What a template refers to, each name once, and where it does so first. */
export interface TemplateReferences {
  readonly inputs: readonly TemplateReference[];
  readonly steps: readonly TemplateReference[];
}

/** A reference to an input by its name, or to a step by its id. */
export interface TemplateReference {
  readonly name: string;
  readonly position: TemplatePosition;
}

/**
 * Finds what parsed templates refer to, by the hooks that LiquidJS' static analysis uses (its own
 * `analyze` works out a position for each variable, which takes seconds where there are thousands).
 *
 * @throws TemplateError where a template names something that is neither an input, nor
 * `steps.<id>.output` or `.error`, nor a variable of its own; and where a range stands outside of a loop.
 */
export function findReferences(templates: readonly Template[]): TemplateReferences {
  const walk = new Walk();
  walk.templates(templates);
  return { inputs: referencesOf(walk.inputs), steps: referencesOf(walk.steps) };
}

/** Every line is looked for once, however many references there are. */
function referencesOf(found: ReadonlyMap<string, Token>): TemplateReference[] {
  const begins = [...found].toSorted(([, left], [, right]) => left.begin - right.begin);
  let line = 1;
  let lineAt = 0;
  return begins.map(([name, { input, begin }]) => {
    for (let next = input.indexOf("\n", lineAt); next !== -1 && next < begin;) {
      line++;
      lineAt = next + 1;
      next = input.indexOf("\n", lineAt);
    }
    return { name, position: { line, column: begin - lineAt + 1 } };
  });
}

function positionOf(token: Token): TemplatePosition {
  const [line, column] = token.getPosition();
  return { line: line ?? 1, column: column ?? 1 };
}

class Walk {
  readonly inputs = new Map<string, Token>();
  readonly steps = new Map<string, Token>();
  readonly #assigned = new Set<string>();
  readonly #blocks: ReadonlySet<string>[] = [];

  templates(templates: readonly Template[]): void {
    for (const template of templates) this.#template(template);
  }

  #template(template: Template): void {
    const isLoop = template.blockScope !== undefined;
    if (template.arguments) this.#arguments(template.arguments(), isLoop);
    for (const name of template.localScope?.() ?? []) this.#assigned.add(name.content);
    if (!template.children) return;
    if (template.blockScope) this.#blocks.push(new Set(template.blockScope()));
    this.templates(toValueSync(template.children(false, true)));
    if (template.blockScope) this.#blocks.pop();
  }

  #arguments(found: Arguments, isLoop: boolean): void {
    let isCollection = isLoop;
    for (const argument of found) {
      if (argument instanceof Value) this.#value(argument);
      else if (isCollection && TypeGuards.isRangeToken(argument)) {
        this.#token(argument.lhs);
        this.#token(argument.rhs);
      } else this.#token(argument);
      isCollection = false;
    }
  }

  #value({ initial, filters }: Value): void {
    for (const token of initial.postfix) this.#token(token);
    for (const argument of filters.flatMap((filter) => filter.args)) {
      this.#token(Array.isArray(argument) ? argument[1] : argument);
    }
  }

  #token(token: Token | undefined): void {
    if (TypeGuards.isRangeToken(token)) {
      throw new TemplateError(
        `${token.getText()} can only be used in {% for %}`,
        positionOf(token),
      );
    }
    if (TypeGuards.isPropertyAccessToken(token)) this.#access(token);
  }

  #access(token: PropertyAccessToken): void {
    for (const property of token.props) this.#token(property);
    if (token.variable !== undefined) return this.#token(token.variable);
    const [root, first, second] = token.props.map(nameOf);
    if (root === undefined) throw refused(token, "a variable begins with a name");
    if (this.#isLocal(root)) return;
    if (root === "inputs") return this.#input(token, first);
    if (root === "steps") return this.#step(token, first, second);
    throw refused(
      token,
      `there is no variable "${root}". Templates know inputs.<name> and steps.<id>.output`,
    );
  }

  #isLocal(name: string): boolean {
    return this.#assigned.has(name) || this.#blocks.some((names) => names.has(name));
  }

  #input(token: Token, name: string | undefined): void {
    if (name !== undefined && !this.inputs.has(name)) this.inputs.set(name, token);
  }

  #step(token: Token, id: string | undefined, property: string | undefined): void {
    if (id === undefined) throw refused(token, "write a step's result as steps.<id>.output");
    if (property !== "output" && property !== "error") {
      throw refused(token, `write the step's result as steps.${id}.output`);
    }
    if (!this.steps.has(id)) this.steps.set(id, token);
  }
}

function nameOf(token: Token): string | undefined {
  if (TypeGuards.isWordToken(token) || TypeGuards.isQuotedToken(token)) return token.content;
}

function refused(token: Token, reason: string): TemplateError {
  return new TemplateError(reason, positionOf(token));
}

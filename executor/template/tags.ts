import {
  CaptureTag,
  CaseTag,
  type Context,
  type Emitter,
  evalTokenValue,
  ForTag,
  type Liquid,
  type Template,
  toValue,
  toValueSync,
  TypeGuards,
} from "liquidjs";
import { contextOf } from "./context.ts";
import { TextEmitter } from "./text_emitter.ts";
import { TemplateError } from "./template_error.ts";

/** Every tag a template may use; none of them reads a file. */
export const TAG_NAMES: readonly string[] = [
  "#",
  "assign",
  "break",
  "capture",
  "case",
  "comment",
  "continue",
  "decrement",
  "echo",
  "for",
  "if",
  "increment",
  "liquid",
  "raw",
  "unless",
];

/** Leaves `liquid` the tags templates may use. */
export function registerTags(liquid: Liquid): void {
  for (const name of Object.keys(liquid.tags)) {
    if (!TAG_NAMES.includes(name)) delete liquid.tags[name];
  }
  liquid.registerTag("for", BoundedFor);
  liquid.registerTag("capture", BoundedCapture);
  liquid.registerTag("case", BoundedCase);
}

const ROUND_WORK = 200;
const NODE_WORK = 400;

/** A loop that counts its rounds; its ends, `limit` and `offset` are checked to be numbers. */
class BoundedFor extends ForTag {
  constructor(...args: ConstructorParameters<typeof ForTag>) {
    super(...args);
    const work = ROUND_WORK + NODE_WORK * countNodes(this.templates);
    const { token } = this;
    this.templates.unshift({ token, render: (context) => contextOf(context).budget.spend(work) });
  }

  override *render(
    context: Context,
    emitter: Emitter,
  ): Generator<unknown, void | string, Template[]> {
    if (TypeGuards.isRangeToken(this.collection)) {
      const low = numberOf(this.collection.lhs, context);
      const high = numberOf(this.collection.rhs, context);
      contextOf(context).budget.spend(Math.max(0, 4 * (high - low)) || 0);
    } else spendEntries(this.collection, context);
    for (const token of Object.values(this.hash.hash)) {
      if (TypeGuards.isValueToken(token)) numberOf(token, context);
    }
    return yield* super.render(context, emitter);
  }
}

/** Tags, outputs and texts, at any depth. */
function countNodes(templates: readonly Template[]): number {
  return templates.reduce((sum, template) => {
    const children = template.children ? toValueSync(template.children(false, true)) : [];
    return sum + 1 + countNodes(children);
  }, 0);
}

function spendEntries(collection: ForTag["collection"], context: Context): void {
  const { budget } = contextOf(context);
  const value: unknown = toValueSync(evalTokenValue(collection, context));
  if (Array.isArray(value)) budget.spend(value.length);
  else if (typeof value === "object" && value !== null) budget.keysOf(value);
}

function numberOf(token: ForTag["collection"], context: Context): number {
  const value: unknown = toValueSync(evalTokenValue(token, context));
  if (typeof value === "object" && value !== null) {
    throw new TemplateError(`${token.getText()} has to be a number`);
  }
  const number = Number(value);
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) {
    throw new TemplateError(`${token.getText()} is ${number}, a number too large to count with`);
  }
  return number;
}

/** A capture whose text is counted. */
class BoundedCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    const emitter = new TextEmitter(contextOf(context).budget);
    yield this.liquid.renderer.renderTemplates(this.templates, context, emitter);
    Object.assign(context.bottom(), { [this.variable]: emitter.buffer });
  }
}

/** A case that compares single values only: comparing lists is not counted anywhere else. */
class BoundedCase extends CaseTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    const value: unknown = toValue(toValueSync(this.value.value(context)));
    if (typeof value === "object" && value !== null) {
      throw new TemplateError(
        `${this.token.getText()} has to compare a text, a number or true/false`,
      );
    }
    return yield* super.render(context, emitter);
  }
}

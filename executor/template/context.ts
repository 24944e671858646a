import { Context, type Liquid } from "liquidjs";
import type { Budget } from "./budget.ts";

const LOOKUP_WORK = 40;

/** What one rendering is given. `now` is in epoch milliseconds. */
export interface TemplateVariables {
  readonly inputs: object;
  readonly steps: object;
  readonly now: number;
}

/**
 * The variables of one rendering. Every look-up is counted, no look-up turns a list into a text to
 * use it as a key, and `inputs.size` is an input, never the number of inputs.
 */
export class TemplateContext extends Context {
  readonly budget: Budget;
  readonly now: number;
  readonly #records: ReadonlySet<unknown>;

  constructor({ inputs, steps, now }: TemplateVariables, budget: Budget, liquid: Liquid) {
    const scope: object = Object.assign(Object.create(null), { inputs, steps });
    super(scope, liquid.options, { sync: true, renderLimit: budget.millisecondsLeft }, { liquid });
    this.budget = budget;
    this.now = now;
    this.#records = new Set([inputs, steps]);
  }

  override readProperty(
    object: Parameters<Context["readProperty"]>[0],
    key: Parameters<Context["readProperty"]>[1],
  ): unknown {
    this.budget.spend(LOOKUP_WORK);
    if (typeof key !== "string" && typeof key !== "number") return undefined;
    if (this.#records.has(object) && !Object.hasOwn(object, key)) return undefined;
    if (key === "size" && isRecord(object)) this.budget.keysOf(object);
    return super.readProperty(object, key);
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The rendering that a filter, tag or operator is part of. */
export function contextOf(context: Context): TemplateContext {
  if (context instanceof TemplateContext) return context;
  throw new TypeError("Cannot render: the context is not a TemplateContext");
}

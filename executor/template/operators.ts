import { type Context, defaultOperators, type Operators } from "liquidjs";
import type { Budget } from "./budget.ts";
import { contextOf } from "./context.ts";

/** LiquidJS' operators, each counting its work before it begins. */
export const boundedOperators: Operators = {
  ...defaultOperators,
  ...bounded(["==", "!=", "<", ">", "<=", ">="], spendComparison),
  ...bounded(["contains"], spendContains),
};

type Spend = (budget: Budget, left: unknown, right: unknown) => void;

function bounded(names: readonly string[], spend: Spend): Operators {
  return Object.fromEntries(names.map((name) => {
    const operator = defaultOperators[name];
    if (operator === undefined) throw new TypeError(`Cannot bound "${name}": no such operator`);
    return [name, (left: unknown, right: unknown, context: Context) => {
      spend(contextOf(context).budget, left, right);
      return operator(left, right, context);
    }];
  }));
}

/** Texts are compared as fast as memory is read, lists entry by entry. */
function spendComparison(budget: Budget, left: unknown, right: unknown): void {
  for (const operand of [left, right]) {
    const isText = typeof operand === "string";
    budget.spend(isText ? operand.length / 16 : 25 * budget.weigh(operand));
  }
}

function spendContains(budget: Budget, left: unknown, right: unknown): void {
  if (Array.isArray(left)) return spendComparison(budget, left, right);
  budget.spendSearch(left, right);
}

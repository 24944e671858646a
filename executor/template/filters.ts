import { filters as libraryFilters, type Liquid, toValue } from "liquidjs";
import type { Budget } from "./budget.ts";
import { contextOf } from "./context.ts";
import { TemplateError } from "./template_error.ts";

/** Spends what a filter is about to do with its value (the first operand) and its arguments. */
type Cost = (budget: Budget, operands: readonly unknown[]) => void;

const MAX_PROPERTY_LENGTH = 200;
const MAX_DATE_FORMAT_LENGTH = 100;

/** Parts of a date that the system's locale data write, about 0.2 ms each. */
const DATE_NAMES = /[aAbBhcxXZ]/g;
const DATE_NAME_WORK = 30_000;

const none: Cost = () => {};

/** So many units for each unit of weight; the factors are measured. */
function each(units: number): Cost {
  return (budget, operands) => {
    for (const operand of operands) budget.spend(units * budget.weigh(operand));
  };
}

/** As {@link each}, for filters that do not look into a list's entries. */
function eachEntry(units: number): Cost {
  return (budget, operands) => {
    for (const operand of operands) budget.spend(units * budget.weighShallow(operand));
  };
}

const search: Cost = (budget, operands) => {
  each(4)(budget, operands);
  budget.spendSearch(operands[0], operands[1]);
};

/** A property of every entry is read and compared with the last operand. */
const list: Cost = (budget, [value, property, expected]) => {
  assertLength(property, MAX_PROPERTY_LENGTH, "a property's name");
  const length = Array.isArray(value) ? value.length : 1;
  budget.spend(length * (400 + 25 * budget.weigh(expected)));
};

const sum: Cost = (budget, operands) => {
  list(budget, operands.slice(0, 2));
  each(4)(budget, operands);
};

const sorting: Cost = (budget, [value, property]) => {
  assertLength(property, MAX_PROPERTY_LENGTH, "a property's name");
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const path = typeof property === "string" ? property.split(".") : [];
  budget.spend(items.length * (8 + 20 * path.length));
  const rounds = Math.ceil(Math.log2(items.length + 2));
  for (const item of items) budget.spend(rounds * (8 + budget.weigh(valueAt(item, path))));
};

function valueAt(item: unknown, path: readonly string[]): unknown {
  let value = item;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

const formatting: Cost = (budget, operands) => {
  assertLength(operands[1], MAX_DATE_FORMAT_LENGTH, "a date's format");
  each(1)(budget, operands);
  const format = typeof operands[1] === "string" ? operands[1] : "%A %B";
  budget.spend(2_000 + DATE_NAME_WORK * (format.match(DATE_NAMES)?.length ?? 0));
};

/**
 * The filters templates may use. Left out of LiquidJS' own: those that nest lists in lists (`push`,
 * `group_by`), that read expressions out of texts (`where_exp`), that differ from one run to the
 * next (`sample`), and that nothing here needs (`hmac_sha256`, `xml_escape`, ...).
 */
const COSTS: Readonly<Record<string, Cost>> = {
  ...costs(none, "default", "first", "last", "size"),
  ...costs(each(1), "abs", "at_least", "at_most", "ceil", "divided_by", "floor", "minus"),
  ...costs(each(1), "modulo", "plus", "round", "times"),
  ...costs(each(1), "append", "capitalize", "downcase", "prepend", "upcase"),
  ...costs(eachEntry(1), "compact", "concat", "reverse"),
  ...costs(eachEntry(4), "slice", "uniq"),
  ...costs(each(4), "array_to_sentence_string", "base64_decode", "base64_encode", "join"),
  ...costs(each(4), "lstrip", "rstrip", "strip", "strip_html", "truncate"),
  ...costs(each(10), "escape", "newline_to_br", "normalize_whitespace", "number_of_words"),
  ...costs(each(10), "squish", "strip_newlines", "truncatewords", "url_decode"),
  ...costs(each(10), "url_encode"),
  ...costs(each(20), "escape_once", "slugify"),
  ...costs(search, "remove", "remove_first", "remove_last", "replace", "replace_first"),
  ...costs(search, "replace_last", "split"),
  ...costs(list, "find", "find_index", "has", "map", "reject", "where"),
  ...costs(sum, "sum"),
  ...costs(sorting, "sort", "sort_natural"),
};

/** Every filter a template may use. */
export const FILTER_NAMES: readonly string[] = [...Object.keys(COSTS), "date", "json"].sort();

/** Gives `liquid` the filters templates may use, and takes all others away. */
export function registerFilters(liquid: Liquid): void {
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name);
  for (const [name, cost] of Object.entries(COSTS)) registerLibraryFilter(liquid, name, cost);
  registerDate(liquid);
  liquid.registerFilter("json", function (value, space) {
    const { budget } = contextOf(this.context);
    const plain: unknown = toValue(value);
    budget.spend(2 * budget.weigh(plain));
    return JSON.stringify(plain ?? null, null, typeof space === "number" ? space : 0);
  });
}

function registerLibraryFilter(liquid: Liquid, name: string, cost: Cost): void {
  const handler = libraryFilter(name);
  liquid.registerFilter(name, function (...operands) {
    const [value, ...args] = operands.map(toValue);
    cost(contextOf(this.context).budget, [value, ...args]);
    return handler.call(this, value, ...args);
  });
}

/** As in LiquidJS, but in UTC and with a clock that is given, so that a rendering can be repeated. */
function registerDate(liquid: Liquid): void {
  const handler = libraryFilter("date");
  liquid.registerFilter("date", function (...operands) {
    const [value, ...args] = operands.map(toValue);
    const { budget, now } = contextOf(this.context);
    formatting(budget, [value, ...args]);
    const isNow = value === "now" || value === "today";
    return handler.call(this, isNow ? new Date(now) : value, ...args);
  });
}

function libraryFilter(name: string) {
  const filter = libraryFilters[name];
  if (typeof filter === "function") return filter;
  throw new TypeError(`Cannot offer the filter "${name}": the library has none of this name`);
}

function costs(cost: Cost, ...names: readonly string[]): Record<string, Cost> {
  return Object.fromEntries(names.map((name) => [name, cost]));
}

function assertLength(value: unknown, max: number, what: string): void {
  if (typeof value === "object" && value !== null) {
    throw new TemplateError(`${what} has to be a text`);
  }
  if (typeof value === "string" && value.length > max) {
    throw new TemplateError(`${what} has at most ${max} characters, this one has ${value.length}`);
  }
}

import type { InputValues, Json } from "../definition/schema.ts";
import { Budget, type TemplateLimits } from "./budget.ts";
import type { ParsedTemplate } from "./engine.ts";
import type { TemplateReferences } from "./references.ts";
import { TemplateCache } from "./template_cache.ts";

export { TemplateError } from "./template_error.ts";
export type { TemplateLimits } from "./budget.ts";
export type { TemplateReference, TemplateReferences } from "./references.ts";

/** What the templates of a task can see. */
export interface TemplateScope {
  /** An absent optional input renders as nothing. */
  readonly inputs: InputValues;
  /** The steps that have ended, by id. A missing one, or a missing key, renders as nothing. */
  readonly steps: Readonly<Record<string, StepScope>>;
  /** What the `date` filter takes for "now", in epoch milliseconds; the clock where it is absent. */
  readonly now?: number;
}

/** What templates see of a step: its result, or why it failed where its task went on without it. */
export interface StepScope {
  readonly output: Json;
  readonly error?: string;
}

const NO_REFERENCES: TemplateReferences = { inputs: [], steps: [] };
const MAX_CACHED_LENGTH = 500_000;

const parsed = new TemplateCache<ParsedTemplate>(MAX_CACHED_LENGTH);
let engine: Promise<typeof import("./engine.ts")> | undefined;

/**
 * Renders a Liquid template. Nothing is escaped; a list or an object is written as JSON.
 *
 * @throws TemplateError where it cannot be read, or does more than `limits` allow.
 */
export function renderTemplate(
  text: string,
  scope: TemplateScope,
  limits?: Partial<TemplateLimits>,
): Promise<string> {
  return renderText(text, scope, new Budget(limits));
}

/**
 * Renders every string in a step's config, at any depth; keys are left as they are. The limits
 * hold for all strings together.
 *
 * @throws TemplateError
 */
export async function renderConfig(
  config: Readonly<Record<string, Json>>,
  scope: TemplateScope,
  limits?: Partial<TemplateLimits>,
): Promise<Record<string, Json>> {
  return await renderEntries(config, scope, new Budget(limits));
}

/**
 * What a template refers to. Variables that it makes itself (`assign`, `capture`, `for`) are no
 * references.
 *
 * @throws TemplateError where it cannot be read or names anything else.
 */
export async function templateReferences(text: string): Promise<TemplateReferences> {
  if (!hasTags(text)) return NO_REFERENCES;
  return (await readTemplate(text)).references;
}

async function renderText(text: string, scope: TemplateScope, budget: Budget): Promise<string> {
  if (!hasTags(text)) return text;
  const { render } = await loadEngine();
  const template = await readTemplate(text);
  return render(template, { ...scope, now: scope.now ?? Date.now() }, budget);
}

/** Loaded with the first template; asking for a module again takes a turn of the event loop. */
function loadEngine() {
  engine ??= import("./engine.ts");
  return engine;
}

async function readTemplate(text: string): Promise<ParsedTemplate> {
  const { parse } = await loadEngine();
  return parsed.get(text, parse);
}

async function renderEntries(
  entries: Readonly<Record<string, Json>>,
  scope: TemplateScope,
  budget: Budget,
): Promise<Record<string, Json>> {
  const rendered: [string, Json][] = [];
  for (const [key, value] of Object.entries(entries)) {
    rendered.push([key, await renderValue(value, scope, budget)]);
  }
  return Object.fromEntries(rendered);
}

async function renderValue(value: Json, scope: TemplateScope, budget: Budget): Promise<Json> {
  if (typeof value === "string") return await renderText(value, scope, budget);
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) return await renderEntries(value, scope, budget);
  const items: Json[] = [];
  for (const item of value) items.push(await renderValue(item, scope, budget));
  return items;
}

/** Most texts hold no tag: they are rendered without loading LiquidJS, which takes about 30 ms. */
function hasTags(text: string): boolean {
  return text.includes("{{") || text.includes("{%");
}

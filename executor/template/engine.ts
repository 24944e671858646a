import { Liquid, type Template, toValueSync } from "liquidjs";
import { type Budget, MAX_TEMPLATE_LENGTH } from "./budget.ts";
import { TemplateContext, type TemplateVariables } from "./context.ts";
import { explain } from "./explain.ts";
import { registerFilters } from "./filters.ts";
import { boundedOperators } from "./operators.ts";
import { findReferences, type TemplateReferences } from "./references.ts";
import { registerTags } from "./tags.ts";
import { OutputEmitter } from "./text_emitter.ts";

const MEMORY_LIMIT = 20_000_000;

/** A template that has been read. */
export interface ParsedTemplate {
  readonly templates: Template[];
  readonly references: TemplateReferences;
}

const liquid = createLiquid();

function createLiquid(): Liquid {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    relativeReference: false,
    templates: {},
    operators: boundedOperators,
    locale: "en-US",
    timezoneOffset: 0,
    parseLimit: MAX_TEMPLATE_LENGTH,
    memoryLimit: MEMORY_LIMIT,
  });
  registerFilters(liquid);
  registerTags(liquid);
  return liquid;
}

/** @throws TemplateError */
export function parse(text: string): ParsedTemplate {
  try {
    const templates = liquid.parse(text);
    return { templates, references: findReferences(templates) };
  } catch (error) {
    throw explain(error);
  }
}

/** @throws TemplateError */
export function render(
  { templates }: ParsedTemplate,
  variables: TemplateVariables,
  budget: Budget,
): string {
  const emitter = new OutputEmitter(budget);
  const context = new TemplateContext(variables, budget, liquid);
  try {
    budget.run(() => toValueSync(liquid.renderer.renderTemplates(templates, context, emitter)));
    return emitter.buffer;
  } catch (error) {
    throw explain(error);
  }
}

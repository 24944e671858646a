import { renderTemplate, templateReferences } from "./liquid.ts";
import type { TemplateReferences, TemplateScope } from "./liquid.ts";
import { TemplateError } from "./template_error.ts";

const OPENING = "{% if ";
const TEXT = /"[^"]*"|'[^']*'/g;

/** What Liquid lets pass, or names in words of its own; looked for outside of quoted texts. */
const SLIPS: readonly (readonly [RegExp, string])[] = [
  [
    /\{\{|\}\}|\{%|%\}/,
    'a condition stands without {{ }} and {% %}, as in: inputs.tone == "formal"',
  ],
  [/["']/, "a text in quotes is not closed"],
  [/&&/, 'write "and", not "&&"'],
  [/\|\|/, 'write "or", not "||"'],
  [/(?<![=!<>])=(?!=)/, 'compare with "==", not "="'],
  [/(?:[=<>]|\b(?:and|or|not|contains))\s*$/, "a value is missing at its end"],
];

/**
 * Whether a condition holds, by Liquid's rules: only `false`, `nil` and what is missing are not true.
 *
 * @throws TemplateError where it cannot be read.
 */
export async function conditionHolds(condition: string, scope: TemplateScope): Promise<boolean> {
  return await inPlace(condition, (template) => renderTemplate(template, scope)) === "true";
}

/**
 * What a condition refers to.
 *
 * @throws TemplateError where it cannot be read or names anything else.
 */
export function conditionReferences(condition: string): Promise<TemplateReferences> {
  return inPlace(condition, templateReferences);
}

/** A condition is what stands in `{% if … %}`; errors name their place in it. */
async function inPlace<Result>(
  condition: string,
  use: (template: string) => Promise<Result>,
): Promise<Result> {
  refuseSlips(condition);
  try {
    return await use(`${OPENING}${condition} %}true{% endif %}`);
  } catch (error) {
    if (!(error instanceof TemplateError) || error.position === null) throw error;
    const { line, column } = error.position;
    const shift = line === 1 ? OPENING.length : 0;
    throw new TemplateError(error.reason, { line, column: Math.max(1, column - shift) });
  }
}

function refuseSlips(condition: string): void {
  const bare = condition.replaceAll(TEXT, "text");
  const slip = SLIPS.find(([pattern]) => pattern.test(bare));
  if (slip !== undefined) throw new TemplateError(slip[1]);
}

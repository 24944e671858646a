import type { InputDefinition } from "../../executor/definition/schema.ts";

/** What stands below a field: the app's own help, then the limits, as sentences; "" for neither. */
export function fieldHelp(input: InputDefinition): string {
  const help = input.help.trim();
  const limit = limits(input);
  if (help === "" || limit === "") return help + limit;
  return /[.!?…:)]$/.test(help) ? `${help} ${limit}` : `${help}. ${limit}`;
}

function limits(input: InputDefinition): string {
  switch (input.type) {
    case "text":
    case "multiline":
    case "url":
    case "file":
      return input.maxLength === undefined
        ? ""
        : `At most ${input.maxLength.toLocaleString("en")} characters.`;
    case "number":
      return range(input.min, input.max);
    case "select":
    case "checkbox":
      return "";
  }
}

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `From ${min} to ${max}.`;
  if (min !== undefined) return `At least ${min}.`;
  return max === undefined ? "" : `At most ${max}.`;
}

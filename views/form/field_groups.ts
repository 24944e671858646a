import type { InputDefinition } from "../../executor/definition/schema.ts";

/** Inputs as they stand in the form: short ones in a row share a line, the others have their own. */
export function fieldGroups(
  inputs: readonly InputDefinition[],
): readonly (readonly InputDefinition[])[] {
  const groups: InputDefinition[][] = [];
  for (const input of inputs) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last && before && isShort(before) && isShort(input)) last.push(input);
    else groups.push([input]);
  }
  return groups;
}

function isShort({ type }: InputDefinition): boolean {
  return type === "number" || type === "select";
}

import type { InputDefinition } from "../../executor/definition/schema.ts";
import { domIds } from "../dom_ids.ts";
import { Control } from "./control.tsx";
import { FieldError } from "./field_error.tsx";
import { fieldHelp } from "./field_help.ts";

export interface FieldProps {
  readonly input: InputDefinition;
  readonly value: string | boolean;
  readonly error: string | null;
  readonly hasFocus: boolean;
}

/** One input of an app as a form field: label, control, error, help. */
export function Field({ input, value, error, hasFocus }: FieldProps) {
  const help = fieldHelp(input);
  const label = (
    <label for={domIds.field(input.name)}>
      {input.label} {input.required && <span class="required">required</span>}
    </label>
  );
  const control = (
    <Control
      input={input}
      value={value}
      id={domIds.field(input.name)}
      describedBy={describedBy(input.name, { error: error !== null, help: help !== "" })}
      isWrong={error !== null}
      hasFocus={hasFocus}
    />
  );
  const notes = (
    <>
      {error !== null && <FieldError id={domIds.fieldError(input.name)} message={error} />}
      {help !== "" && <p class="help" id={domIds.fieldHelp(input.name)}>{help}</p>}
    </>
  );
  if (input.type === "checkbox") return <div class="check">{control} {label}{notes}</div>;
  return (
    <div class="field">
      {label}
      <div class="field-body">{control}{notes}</div>
    </div>
  );
}

/** The error first, because that is what has to be heard. */
function describedBy(name: string, has: { error: boolean; help: boolean }): string | undefined {
  const ids = [
    ...(has.error ? [domIds.fieldError(name)] : []),
    ...(has.help ? [domIds.fieldHelp(name)] : []),
  ];
  return ids.length === 0 ? undefined : ids.join(" ");
}

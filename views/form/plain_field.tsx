import type { Child } from "hono/jsx";
import { FieldError } from "./field_error.tsx";

export interface PlainFieldProps {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly error?: string;
  /** The control, whose id is `field-` and the name. */
  readonly children?: Child;
}

/** A field of a form of our own, not of an app: its label, its control, what is wrong, help. */
export function PlainField({ name, label, help, error, children }: PlainFieldProps) {
  return (
    <div class="field">
      <label for={`field-${name}`}>{label}</label>
      <div class="field-body">
        {children}
        {error === undefined ? null : <FieldError id={`field-${name}-error`} message={error} />}
        {help === undefined ? null : <p class="help" id={`field-${name}-help`}>{help}</p>}
      </div>
    </div>
  );
}

/** What describes the control of a field that has help. */
export function describedBy(name: string, error: string | undefined): string {
  const help = `field-${name}-help`;
  return error === undefined ? help : `field-${name}-error ${help}`;
}

export interface CheckFieldProps {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly isChecked: boolean;
}

/** A box to tick. */
export function CheckField({ name, label, help, isChecked }: CheckFieldProps) {
  return (
    <div class="check">
      <input
        id={`field-${name}`}
        name={name}
        type="checkbox"
        checked={isChecked}
        aria-describedby={`field-${name}-help`}
      />{" "}
      <label for={`field-${name}`}>{label}</label>
      <p class="help" id={`field-${name}-help`}>{help}</p>
    </div>
  );
}

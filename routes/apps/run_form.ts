import { type App, type FormSource, formValues } from "../../executor/mod.ts";
import type { RunFormProps } from "../../views/form/run_form.tsx";

/** The form of an app's current version, filled in from wherever, with nothing wrong in it. */
export function runForm(
  { id, version, definition: { name, inputs } }: App,
  source: FormSource,
  variant: RunFormProps["variant"],
): RunFormProps {
  return {
    app: { id, name, version },
    inputs,
    values: formValues(inputs, source),
    errors: {},
    message: null,
    variant,
  };
}

import type { Scope } from "../../executor/access/roles.ts";
import { FormAlert } from "../form/form_alert.tsx";
import { CheckField, describedBy, PlainField } from "../form/plain_field.tsx";
import { Icon } from "../icon.tsx";
import type { Reader } from "../page_context.ts";
import { KEY_DAYS, type KeyForm } from "./key_form.ts";

export const SCOPE_WORDS = { read: "Read", run: "Run", edit: "Edit" } as const satisfies Record<
  Scope,
  string
>;

const SCOPE_HELP = {
  read: "See apps, tasks and outputs.",
  run: "Run apps, and cancel tasks. With Read: run tasks again.",
  edit: "Delete apps and tasks. With Read: change apps, share tasks.",
} as const satisfies Record<Scope, string>;

const SCOPES: readonly Scope[] = ["read", "run", "edit"];

export interface KeyFieldsProps {
  readonly form: KeyForm;
  /** What its reader may do: a key may do no more. */
  readonly may: Reader["may"];
}

/** What an API key is made of. */
export function KeyFields({ form, may }: KeyFieldsProps) {
  const { name, scopes, days, errors, message } = form;
  return (
    <>
      <FormAlert message={message} />
      <div class="fields">
        <PlainField
          name="name"
          label="Name"
          help="What it is for, to know it again."
          error={errors.name}
        >
          <input
            class="input"
            id="field-name"
            name="name"
            type="text"
            autocomplete="off"
            required
            value={name}
            aria-describedby={describedBy("name", errors.name)}
            aria-invalid={errors.name === undefined ? undefined : "true"}
          />
        </PlainField>
        <PlainField name="days" label="Good for">
          <select class="input" id="field-days" name="days">
            {[...KEY_DAYS].map(([value, words]) => (
              <option value={String(value)} selected={value === days}>{words}</option>
            ))}
          </select>
        </PlainField>
      </div>
      {SCOPES.filter((scope) => may[scope]).map((scope) => (
        <CheckField
          name={scope}
          label={SCOPE_WORDS[scope]}
          help={SCOPE_HELP[scope]}
          isChecked={scopes.includes(scope)}
        />
      ))}
      <div class="form-end">
        <button class="button button--primary" type="submit">
          <Icon name="plus" />Create key
        </button>
      </div>
    </>
  );
}

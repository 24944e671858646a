import type { Child } from "hono/jsx";
import { FieldError } from "../form/field_error.tsx";
import { FormAlert } from "../form/form_alert.tsx";
import { Icon } from "../icon.tsx";
import { type AppLinkForm, LINK_DAYS } from "./app_links.ts";

/** What a link to an app is made of. */
export function AppLinkFields({ form }: { readonly form: AppLinkForm }) {
  const { sites, hasSteps, tokensPerDay, days, errors, message } = form;
  return (
    <>
      <FormAlert message={message} />
      <LinkField
        name="sites"
        label="Sites that may show it"
        help="One a line, such as https://example.org. This site always may."
        error={errors.sites}
      >
        <textarea
          class="input"
          id="field-sites"
          name="sites"
          rows={2}
          aria-describedby={describedBy("sites", errors.sites)}
          aria-invalid={errors.sites === undefined ? undefined : "true"}
        >
          {`\n${sites}`}
        </textarea>
      </LinkField>
      <div class="fields">
        <LinkField
          name="tokens_per_day"
          label="Tokens a day"
          help="When its tasks have used so many, no more start until midnight UTC."
          error={errors.tokensPerDay}
        >
          <input
            class="input"
            id="field-tokens_per_day"
            name="tokens_per_day"
            type="text"
            inputmode="numeric"
            autocomplete="off"
            value={tokensPerDay}
            aria-describedby={describedBy("tokens_per_day", errors.tokensPerDay)}
            aria-invalid={errors.tokensPerDay === undefined ? undefined : "true"}
          />
        </LinkField>
        <LinkField name="days" label="Good for">
          <select class="input" id="field-days" name="days">
            {[...LINK_DAYS].map(([value, words]) => (
              <option value={String(value)} selected={value === days}>{words}</option>
            ))}
          </select>
        </LinkField>
      </div>
      <div class="check">
        <input
          id="field-steps"
          name="steps"
          type="checkbox"
          checked={hasSteps}
          aria-describedby="field-steps-help"
        />{" "}
        <label for="field-steps">Show the steps</label>
        <p class="help" id="field-steps-help">Their names, what they write, and their errors.</p>
      </div>
      <div class="form-end">
        <button class="button button--primary" type="submit">
          <Icon name="plus" />Make link
        </button>
      </div>
    </>
  );
}

interface LinkFieldProps {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly error?: string;
  readonly children?: Child;
}

function LinkField({ name, label, help, error, children }: LinkFieldProps) {
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

function describedBy(name: string, error: string | undefined): string {
  const help = `field-${name}-help`;
  return error === undefined ? help : `field-${name}-error ${help}`;
}

import { FormAlert } from "../form/form_alert.tsx";
import { CheckField, describedBy, PlainField } from "../form/plain_field.tsx";
import { Icon } from "../icon.tsx";
import { DaysField, SitesField } from "../links/link_fields.tsx";
import type { AppLinkForm } from "./app_links.ts";

/** What a link to an app is made of. */
export function AppLinkFields({ form }: { readonly form: AppLinkForm }) {
  const { sites, hasSteps, tokensPerDay, days, errors, message } = form;
  return (
    <>
      <FormAlert message={message} />
      <SitesField name="sites" value={sites} error={errors.sites} label="Sites that may show it" />
      <div class="fields">
        <PlainField
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
        </PlainField>
        <DaysField name="days" days={days} />
      </div>
      <CheckField
        name="steps"
        label="Show the steps"
        help="Their names, what they write, and their errors."
        isChecked={hasSteps}
      />
      <div class="form-end">
        <button class="button button--primary" type="submit">
          <Icon name="plus" />Make link
        </button>
      </div>
    </>
  );
}

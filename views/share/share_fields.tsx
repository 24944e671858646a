import type { ShownPart } from "../../executor/link.ts";
import { FormAlert } from "../form/form_alert.tsx";
import { CheckField } from "../form/plain_field.tsx";
import { Icon } from "../icon.tsx";
import { DaysField, SitesField } from "../links/link_fields.tsx";
import { SHARE_FIELDS, type ShareForm } from "./share_form.ts";

const PARTS = [
  ["outputs", "Outputs", "To read, copy and download."],
  ["steps", "Steps", "Their names, what they write, their results and errors."],
  ["inputs", "Inputs", "What the task was run with."],
] as const satisfies readonly (readonly [ShownPart, string, string])[];

/** What a link to a task is made of. */
export function ShareFields({ form }: { readonly form: ShareForm }) {
  const { show, days, sites, errors, message } = form;
  return (
    <>
      <FormAlert message={message} />
      <fieldset class="share-parts">
        <legend>Show</legend>
        {PARTS.map(([part, label, help]) => (
          <CheckField
            name={SHARE_FIELDS[part]}
            label={label}
            help={help}
            isChecked={show.includes(part)}
          />
        ))}
      </fieldset>
      <DaysField name={SHARE_FIELDS.days} days={days} />
      <SitesField
        name={SHARE_FIELDS.sites}
        value={sites}
        error={errors.sites}
        label="Sites that may show it in a page"
      />
      <div class="form-end">
        <button class="button button--primary" type="submit">
          <Icon name="plus" />Make link
        </button>
      </div>
    </>
  );
}

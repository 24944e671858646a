import { describedBy, PlainField } from "../form/plain_field.tsx";

/** For how many days a link may be good, with the words people choose. */
export const LINK_DAYS = new Map([[1, "1 day"], [7, "7 days"], [30, "30 days"], [365, "1 year"]]);

interface SitesFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
}

/** Web sites that may hold what a link opens in a frame. */
export function SitesField({ name, label, value, error }: SitesFieldProps) {
  return (
    <PlainField
      name={name}
      label={label}
      help="One a line, such as https://example.org. This site always may."
      error={error}
    >
      <textarea
        class="input"
        id={`field-${name}`}
        name={name}
        rows={2}
        aria-describedby={describedBy(name, error)}
        aria-invalid={error === undefined ? undefined : "true"}
      >
        {`\n${value}`}
      </textarea>
    </PlainField>
  );
}

/** For how long a link is good. */
export function DaysField({ name, days }: { readonly name: string; readonly days: number }) {
  return (
    <PlainField name={name} label="Good for">
      <select class="input" id={`field-${name}`} name={name}>
        {[...LINK_DAYS].map(([value, words]) => (
          <option value={String(value)} selected={value === days}>{words}</option>
        ))}
      </select>
    </PlainField>
  );
}

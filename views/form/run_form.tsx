import type { InputDefinition } from "../../executor/definition/schema.ts";
import type { AppRef } from "../../executor/task.ts";
import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { hx } from "../hx.ts";
import { Icon } from "../icon.tsx";
import { Field } from "./field.tsx";
import { fieldGroups } from "./field_groups.ts";
import { FormAlert } from "./form_alert.tsx";

export interface RunFormProps {
  readonly app: AppRef;
  readonly inputs: readonly InputDefinition[];
  /** What the fields show, by input name: as typed where that was refused. */
  readonly values: Readonly<Record<string, string | boolean>>;
  /** Sentences, by input name. */
  readonly errors: Readonly<Record<string, string>>;
  /** What concerns the whole form. */
  readonly message: string | null;
  readonly variant: RunFormVariant;
}

export type RunFormVariant = "run" | "run-again";

const FORM_IDS = {
  run: domIds.runForm,
  "run-again": domIds.runAgainForm,
} as const satisfies Record<
  RunFormVariant,
  string
>;

/** Without a settle delay htmx copies no inline styles, such as a field's that was made larger. */
const SWAP = "outerHTML settle:0";

/** Which form an htmx request came from, by its `HX-Source` header. */
export function variantOfSource(source: string | undefined): RunFormVariant {
  return source === `div#${FORM_IDS["run-again"]}` ? "run-again" : "run";
}

/**
 * The form that runs an app. The htmx attributes are on an element around it: its fields are named
 * by people, and one named `matches` or `elements` hides what htmx would ask the form for.
 */
export function RunForm(props: RunFormProps) {
  const action = paths.appTasks(props.app.id);
  const encoding = formEncoding(props.inputs);
  return (
    <div
      id={FORM_IDS[props.variant]}
      data-guarded-form
      {...hx({
        post: action,
        trigger: "submit prevent",
        swap: SWAP,
        sync: "drop",
        encoding,
        morphSkip: true,
      })}
    >
      <form
        class="form"
        method="post"
        action={action}
        enctype={encoding}
        data-run-form
      >
        <RunFields {...props} />
        <FormEnd {...props} />
      </form>
    </div>
  );
}

/** How a form with these inputs is sent: as browsers do by themselves, but for files. */
export function formEncoding(inputs: RunFormProps["inputs"]): "multipart/form-data" | undefined {
  return inputs.some(({ type }) => type === "file") ? "multipart/form-data" : undefined;
}

export interface RunFieldsProps
  extends Pick<RunFormProps, "inputs" | "values" | "errors" | "message"> {
  /** Leaves the reader's cursor where it is: browsers let no frame of another site take it. */
  readonly isFramed?: boolean;
}

/** What is wrong with the whole form, and its fields. */
export function RunFields(props: RunFieldsProps) {
  return (
    <>
      <FormAlert message={formMessage(props)} />
      <Fields {...props} />
    </>
  );
}

function Fields({ inputs, values, errors, isFramed = false }: RunFieldsProps) {
  const firstWrong = inputs.find(({ name }) => Object.hasOwn(errors, name))?.name;
  const field = (input: InputDefinition) => (
    <Field
      input={input}
      value={own(values, input.name) ?? (input.type === "checkbox" ? false : "")}
      error={own(errors, input.name) ?? null}
      hasFocus={input.name === firstWrong && !isFramed}
    />
  );
  return fieldGroups(inputs).map((group) =>
    group.length === 1 ? group.map(field) : <div class="fields">{group.map(field)}</div>
  );
}

function FormEnd({ inputs, variant }: RunFormProps) {
  return (
    <div class="form-end">
      <button class="button button--primary" type="submit">
        <Icon name={variant === "run" ? "play" : "again"} />
        {variant === "run" ? "Run" : "Run again"}
      </button>
      <Shortcut inputs={inputs} />
    </div>
  );
}

function Shortcut({ inputs }: Pick<RunFormProps, "inputs">) {
  if (inputs.some(({ type }) => type === "multiline")) {
    return (
      <p class="muted hint hint--script">
        or press <kbd>Ctrl</kbd> <kbd>Enter</kbd>
      </p>
    );
  }
  const hasLine = inputs.some(({ type }) => ["text", "url", "number"].includes(type));
  return hasLine
    ? (
      <p class="muted hint">
        or press <kbd>Enter</kbd>
      </p>
    )
    : null;
}

/** An error without a field of its own is said above the form, so that none stays unsaid. */
function formMessage({ inputs, errors, message }: RunFieldsProps): string | null {
  const names = new Set(inputs.map(({ name }) => name));
  const stray = Object.entries(errors).filter(([name]) => !names.has(name)).map(([, text]) => text);
  const sentences = message === null ? stray : [message, ...stray];
  return sentences.length === 0 ? null : sentences.join(". ");
}

/** An input may be named `constructor`. */
function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

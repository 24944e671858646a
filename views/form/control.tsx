import type { InputDefinition } from "../../executor/definition/schema.ts";

/** What every control of a field has in common. */
export interface ControlProps {
  readonly input: InputDefinition;
  readonly value: string | boolean;
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly isWrong: boolean;
  /** Whether the reader's cursor starts here. */
  readonly hasFocus: boolean;
}

/**
 * The control of one input, by its type. There is no `maxlength`, which would cut a pasted text
 * without a word, and no `type=number`, which throws away what it cannot read: the server says it.
 */
export function Control({ input, value, id, describedBy, isWrong, hasFocus }: ControlProps) {
  const common = {
    id,
    name: input.name,
    "aria-describedby": describedBy,
    "aria-invalid": isWrong ? "true" as const : undefined,
    autofocus: hasFocus,
  };
  const text = String(value);
  const typed = { ...common, class: "input", required: input.required };
  switch (input.type) {
    case "text":
      return <input {...typed} type="text" value={text} />;
    case "url":
      return <input {...typed} type="url" value={text} />;
    case "number":
      return <input {...typed} type="text" inputmode="decimal" autocomplete="off" value={text} />;
    case "file":
      return <FileControl typed={typed} text={text} label={input.label} />;
    case "multiline":
      // The parser drops one line break after the tag; without this it would drop a typed one.
      return <textarea {...typed} rows={6} dir="auto">{`\n${text}`}</textarea>;
    case "select":
      return (
        <select {...typed}>
          <Options input={input} chosen={text} />
        </select>
      );
    case "checkbox":
      return <input {...common} type="checkbox" checked={value === true} />;
  }
}

interface FileControlProps {
  readonly typed: {
    readonly id: string;
    readonly name: string;
    readonly class: string;
    readonly required: boolean;
  };
  readonly text: string;
  readonly label: string;
}

/** Browsers let nobody fill in a file: a text that is there already stays as one, until a file comes. */
function FileControl({ typed, text, label }: FileControlProps) {
  const { name } = typed;
  return (
    <>
      <input {...typed} type="file" required={typed.required && text === ""} accept={TEXT_FILES} />
      {text !== "" && (
        <>
          <textarea class="input" name={name} rows={6} aria-label={`Text of ${label}`}>
            {`\n${text}`}
          </textarea>
          <p class="help">Used unless a file is chosen.</p>
        </>
      )}
    </>
  );
}

/** What browsers offer first; a file of another name may hold text too. */
const TEXT_FILES = "text/*,.md,.csv,.json,.xml,.yaml,.yml,.log";

/** A value that is no longer an option stays visible, so that nothing is chosen behind one's back. */
function Options(
  { input, chosen }: {
    input: Extract<InputDefinition, { type: "select" }>;
    chosen: string;
  },
) {
  const isUnknown = chosen !== "" && !input.options.includes(chosen);
  const canBeEmpty = !input.required || chosen === "";
  return (
    <>
      {canBeEmpty && (
        <option value="" selected={chosen === ""}>
          {input.required ? "Choose one" : "None"}
        </option>
      )}
      {isUnknown && <option value={chosen} selected>{chosen}</option>}
      {input.options.map((option) => (
        <option value={option} selected={option === chosen}>{option}</option>
      ))}
    </>
  );
}

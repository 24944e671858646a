import { domIds } from "../dom_ids.ts";
import { FieldError } from "../form/field_error.tsx";
import { problemIds, problemSentence } from "./problems.tsx";
import type { Draft, EditorProblem } from "./workspace.ts";

export interface EditorFieldsProps {
  readonly draft: Draft;
  readonly problems: readonly EditorProblem[];
  /** Whether the fields can be read and not changed. */
  readonly isReadOnly?: boolean;
}

/** Name, description and definition, each with the problems that are its own. */
export function EditorFields({ draft, problems, isReadOnly = false }: EditorFieldsProps) {
  return (
    <>
      <div class="fields fields--wide">
        <LineField
          id={domIds.editorName}
          field="name"
          label="Name"
          isRequired={!isReadOnly}
          isReadOnly={isReadOnly}
          value={draft.name}
          problems={problems}
        />
        <LineField
          id={domIds.editorDescription}
          field="description"
          label="Description"
          isRequired={false}
          isReadOnly={isReadOnly}
          value={draft.description}
          problems={problems}
        />
      </div>
      <DefinitionField
        definition={draft.definition}
        problems={problems}
        isReadOnly={isReadOnly}
      />
    </>
  );
}

interface LineFieldProps {
  readonly id: string;
  readonly field: "name" | "description";
  readonly label: string;
  readonly isRequired: boolean;
  readonly isReadOnly: boolean;
  readonly value: string;
  readonly problems: readonly EditorProblem[];
}

function LineField(
  { id, field, label, isRequired, isReadOnly, value, problems }: LineFieldProps,
) {
  const own = problems.filter((problem) => problem.field === field);
  const errorId = `${id}-error`;
  return (
    <div class="field">
      <label for={id}>
        {label} {isRequired && <span class="required">required</span>}
      </label>
      <input
        class="input"
        type="text"
        id={id}
        name={field}
        value={value}
        required={isRequired}
        readonly={isReadOnly}
        autocomplete="off"
        aria-invalid={own.length > 0 ? "true" : undefined}
        aria-describedby={own.length > 0 ? errorId : undefined}
      />
      {own.length > 0 && (
        <FieldError
          id={errorId}
          message={own.map(problemSentence).join(". ")}
        />
      )}
    </div>
  );
}

function DefinitionField(
  { definition, problems, isReadOnly }: {
    readonly definition: string;
    readonly problems: readonly EditorProblem[];
    readonly isReadOnly: boolean;
  },
) {
  const errors = problemIds(problems, "definition");
  return (
    <div class="field">
      <label for={domIds.editorDefinition}>Definition</label>
      <textarea
        class="input input--code"
        id={domIds.editorDefinition}
        name="definition"
        readonly={isReadOnly}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        rows={24}
        aria-invalid={errors === undefined ? undefined : "true"}
        aria-describedby={errors === undefined
          ? domIds.editorHelp
          : `${errors} ${domIds.editorHelp}`}
      >
        {`\n${definition}`}
      </textarea>
      <p class="help" id={domIds.editorHelp}>
        Inputs, steps and outputs, as JSON. A step runs as soon as the steps it needs have
        completed.
      </p>
    </div>
  );
}

import type { ApiAnswer, ApiField, ApiOperation, ApiShape } from "./reference_text.ts";

/** One operation: what it takes, and what it answers. */
export function Operation({ operation }: { readonly operation: ApiOperation }) {
  const { id, method, path, summary, details, parameters, body, answers } = operation;
  return (
    <section class="api-part" id={id}>
      <h3>{summary}</h3>
      <p class="api-path">
        <code>
          <b>{method}</b> {path}
        </code>
      </p>
      {details === null ? null : <p>{details}</p>}
      <Fields title="Parameters" fields={parameters} />
      <Fields title="Body" fields={body} />
      <h4>Answers</h4>
      <dl class="api-fields">
        {answers.map((answer) => <Answer answer={answer} />)}
      </dl>
    </section>
  );
}

/** A named object, field by field. */
export function Shape({ shape: { name, fields } }: { readonly shape: ApiShape }) {
  return (
    <section class="api-part" id={shapeId(name)}>
      <h3>{name}</h3>
      <FieldList fields={fields} />
    </section>
  );
}

function Answer({ answer: { status, description, shape } }: { readonly answer: ApiAnswer }) {
  return (
    <div>
      <dt>
        <code>{status}</code>
      </dt>
      <dd>
        {description} {shape === null ? null : <a href={`#${shapeId(shape)}`}>{shape}</a>}
      </dd>
    </div>
  );
}

interface FieldsProps {
  readonly title: string;
  readonly fields: readonly ApiField[];
}

function Fields({ title, fields }: FieldsProps) {
  if (fields.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <FieldList fields={fields} />
    </>
  );
}

function FieldList({ fields }: Pick<FieldsProps, "fields">) {
  return (
    <dl class="api-fields">
      {fields.map(({ name, type, isRequired, description }) => (
        <div>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <span class="muted">{isRequired ? type : `${type}, optional`}.</span>
            {description === null ? null : ` ${description}`}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function shapeId(name: string): string {
  return `shape-${name}`;
}

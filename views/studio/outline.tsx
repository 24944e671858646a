import type { Definition, InputType, OutputType } from "../../executor/definition/schema.ts";
import { Icon } from "../icon.tsx";
import type { TimeContext } from "../page_context.ts";
import { countOf } from "../text/counts.ts";
import { formatDuration, Timestamp } from "../time.tsx";
import type { Workspace } from "./workspace.ts";

export interface OutlineProps extends Pick<Workspace, "app" | "levels" | "kinds"> {
  /** Whether the editor shows this very version. */
  readonly isCurrent: boolean;
  readonly context: TimeContext;
}

/** What the saved version says, in short. */
export function Outline(props: OutlineProps) {
  const { app, levels, isCurrent, context } = props;
  const { inputs, outputs } = app.definition;
  const limits = limitLines(app.definition);
  return (
    <aside class="outline" aria-label="Outline">
      <p class="outline-state">
        {isCurrent && (
          <span class="valid">
            <Icon name="check" />
            Valid
          </span>
        )}
        <span class="muted">
          Version {app.version}, saved <Timestamp at={app.savedAt} context={context} />
        </span>
      </p>
      {limits.length > 0 && (
        <>
          <h2 class="rail-title">Limits of a task</h2>
          <ul class="outline-list">{limits.map((limit) => <Line {...limit} />)}</ul>
        </>
      )}
      <h2 class="rail-title">Inputs</h2>
      <ul class="outline-list">
        {inputs.map(({ label, type, required }) => (
          <Line name={label} note={INPUT_WORDS[type] + (required ? ", required" : "")} />
        ))}
        {inputs.length === 0 && <Line name="None" note="" />}
      </ul>
      <h2 class="rail-title">
        Steps, on {levels.length} {levels.length === 1 ? "level" : "levels"}
      </h2>
      <Levels {...props} />
      <h2 class="rail-title">Outputs</h2>
      <ul class="outline-list">
        {outputs.map(({ label, type }) => <Line name={label} note={OUTPUT_WORDS[type]} />)}
        {outputs.length === 0 && <Line name="None" note="" />}
      </ul>
    </aside>
  );
}

function Levels({ app, levels, kinds }: OutlineProps) {
  const steps = new Map(app.definition.steps.map((step) => [step.id, step]));
  const labels = new Map(kinds.map(({ kind, label }) => [kind, label]));
  const line = (step: Definition["steps"][number]) => (
    <Line
      name={step.name}
      note={labels.get(step.kind) ?? step.kind}
      details={stepDetails(step)}
    />
  );
  return (
    <ol class="outline-list outline-list--levels">
      {levels.map((ids) => {
        const lines = ids.flatMap((id) => steps.get(id) ?? []).map(line);
        if (lines.length === 1) return lines;
        return (
          <li class="outline-parallel">
            <ul aria-label="In parallel">{lines}</ul>
          </li>
        );
      })}
    </ol>
  );
}

interface LineProps {
  readonly name: string;
  readonly note: string;
  readonly details?: readonly string[];
}

function Line({ name, note, details = [] }: LineProps) {
  return (
    <li>
      <span>
        {name}
        {details.map((detail) => <small class="outline-detail">{detail}</small>)}
      </span>
      <span class="muted">{note}</span>
    </li>
  );
}

function stepDetails({ when, onError }: Definition["steps"][number]): string[] {
  return [
    ...(when === undefined ? [] : [`if ${when}`]),
    ...(onError === "continue" ? ["the task goes on if it fails"] : []),
  ];
}

/** A year: a longer limit hardly is one. */
const LONG_SECONDS = 365 * 24 * 60 * 60;

/** The limits that the app itself sets. */
function limitLines({ timeout, budget, concurrency }: Definition): LineProps[] {
  return [
    ...(timeout > LONG_SECONDS ? [] : [{ name: "Time", note: formatDuration(timeout * 1000) }]),
    ...(budget === undefined ? [] : [{ name: "Budget", note: countOf(budget, "token") }]),
    ...(concurrency === undefined ? [] : [{ name: "At once", note: countOf(concurrency, "task") }]),
  ];
}

const INPUT_WORDS = {
  text: "text",
  multiline: "multiline",
  number: "number",
  select: "select",
  checkbox: "checkbox",
  url: "URL",
  file: "file",
} as const satisfies Record<InputType, string>;

const OUTPUT_WORDS = { markdown: "Markdown", text: "Text", json: "JSON" } as const satisfies Record<
  OutputType,
  string
>;

import { domIds } from "../dom_ids.ts";
import type { Draft, EditorProblem } from "./workspace.ts";

const EXCERPT_LENGTH = 120;

const FIELDS = {
  name: { id: domIds.editorName, label: "Name" },
  description: { id: domIds.editorDescription, label: "Description" },
  definition: { id: domIds.editorDefinition, label: "Definition" },
} as const satisfies Record<keyof Draft, { id: string; label: string }>;

export interface ProblemsProps {
  readonly problems: readonly EditorProblem[];
  readonly draft: Draft;
}

/** Why the draft was not saved: each problem in words, with a link to the place it is at. */
export function Problems({ problems, draft }: ProblemsProps) {
  const lines = draft.definition.split(/\r\n|\r|\n/);
  return (
    <section class="fault editor-fault" id={domIds.editorProblems} tabindex={-1} autofocus>
      <h2>
        {problems.length === 1
          ? "Not saved: there is 1 problem"
          : `Not saved: there are ${problems.length} problems`}
      </h2>
      <ol>
        {problems.map((problem, index) => (
          <li id={domIds.editorProblem(index)}>
            <a href={`#${FIELDS[problem.field].id}`} data-line={problem.line ?? undefined}>
              {placeOf(problem)}
            </a>
            {afterPlace(problem)}
            <Excerpt line={problem.line === null ? undefined : lines[problem.line - 1]} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The line as typed, so that it is found without counting. */
function Excerpt({ line }: { readonly line: string | undefined }) {
  const text = line?.trim() ?? "";
  if (text === "") return null;
  const shown = text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
  return <code class="editor-excerpt">{shown}</code>;
}

function placeOf({ field, line, path }: EditorProblem): string {
  if (field !== "definition") return FIELDS[field].label;
  if (line !== null) return `Line ${line}`;
  return path === null || path === "" ? FIELDS[field].label : path;
}

/** A message that begins with its place, or with the field's own name, goes on from there. */
function afterPlace(problem: EditorProblem): string {
  const { message, field } = problem;
  for (const place of [placeOf(problem), `"${field}"`]) {
    const rest = message.slice(place.length);
    if (message.startsWith(place) && !/^\w/.test(rest)) return rest;
  }
  return `: ${message}`;
}

/** A problem as a sentence below its field: `Name must not be empty`. */
export function problemSentence(problem: EditorProblem): string {
  return FIELDS[problem.field].label + afterPlace(problem);
}

/** Ids of the problems of one field, for `aria-describedby`; undefined where there is none. */
export function problemIds(
  problems: readonly EditorProblem[],
  field: keyof Draft,
): string | undefined {
  const ids = problems.flatMap((problem, index) =>
    problem.field === field ? [domIds.editorProblem(index)] : []
  );
  return ids.length === 0 ? undefined : ids.join(" ");
}

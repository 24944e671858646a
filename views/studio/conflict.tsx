import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import type { TimeContext } from "../page_context.ts";
import { Timestamp } from "../time.tsx";
import type { Draft, Workspace } from "./workspace.ts";

export interface ConflictProps {
  readonly app: Workspace["app"];
  readonly context: TimeContext;
}

/** Says that another version was saved in the meantime, and offers both ways on. */
export function Conflict({ app, context }: ConflictProps) {
  return (
    <section class="fault editor-fault" id={domIds.editorProblems} tabindex={-1} autofocus>
      <h2>Not saved: version {app.version} was saved in the meantime</h2>
      <p class="fault-what">
        It was saved{" "}
        <Timestamp at={app.savedAt} context={context} />, after you had opened this page. Your text
        is here as you typed it, and version {app.version} stands beside it.
      </p>
      <div class="actions">
        <button class="button button--primary" type="submit" form={domIds.editor}>
          Save mine over version {app.version}
        </button>
        <a class="button" href={paths.studioApp(app.id)} data-discard>Take version {app.version}</a>
      </div>
    </section>
  );
}

/** The other version, to read and to copy from: field beside field. */
export function TheirText(
  { app, theirs }: { readonly app: Workspace["app"]; readonly theirs: Draft },
) {
  return (
    <section class="form" aria-labelledby={domIds.editorTheirsTitle}>
      <h2 class="rail-title" id={domIds.editorTheirsTitle}>Version {app.version}</h2>
      <div class="fields fields--wide">
        <TheirLine id={domIds.editorTheirsName} label="Name" value={theirs.name} />
        <TheirLine
          id={domIds.editorTheirsDescription}
          label="Description"
          value={theirs.description}
        />
      </div>
      <div class="field">
        <label for={domIds.editorTheirs}>Definition</label>
        <textarea
          class="input input--code"
          id={domIds.editorTheirs}
          readonly
          spellcheck={false}
          rows={24}
        >
          {`\n${theirs.definition}`}
        </textarea>
      </div>
    </section>
  );
}

interface TheirLineProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

function TheirLine({ id, label, value }: TheirLineProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input class="input" type="text" id={id} value={value} readonly />
    </div>
  );
}

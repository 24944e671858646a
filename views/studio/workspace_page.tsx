import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import { FormAlert } from "../form/form_alert.tsx";
import { Frame } from "../frame.tsx";
import { hx } from "../hx.ts";
import { Icon } from "../icon.tsx";
import type { PageContext, Reader } from "../page_context.ts";
import { Duplicate } from "./app_actions.tsx";
import { Conflict, TheirText } from "./conflict.tsx";
import { EditorFields } from "./editor_fields.tsx";
import { Outline } from "./outline.tsx";
import { Problems } from "./problems.tsx";
import { Reference } from "./reference.tsx";
import { baseVersion, type Workspace } from "./workspace.ts";

export interface WorkspaceProps {
  readonly context: PageContext;
  readonly workspace: Workspace;
}

/** The workspace editor of one app, in any of its states. */
export function WorkspacePage({ context, workspace }: WorkspaceProps) {
  const { app, draft, state } = workspace;
  return (
    <Frame
      context={context}
      title={`${app.definition.name} – Workspaces`}
      current="workspaces"
      isSide
    >
      <div id={domIds.workspace}>
        <p class="crumb">
          <a href={paths.studio()}>Workspaces</a>
        </p>
        <Head {...workspace} may={context.reader.may} />
        {state.kind === "invalid" && <Problems problems={state.problems} draft={draft} />}
        {state.kind === "conflict" && <Conflict app={app} context={context} />}
        <div class={state.kind === "conflict" ? "studio studio--both" : "studio"}>
          {context.reader.may.edit ? <Editor {...workspace} /> : <SavedText {...workspace} />}
          {state.kind === "conflict"
            ? <TheirText app={app} theirs={state.theirs} />
            : <Outline {...workspace} isCurrent={isSaved(workspace)} context={context} />}
        </div>
      </div>
    </Frame>
  );
}

function Head({ app, state, may }: Workspace & Pick<Reader, "may">) {
  return (
    <header class="page-head editor-head">
      <h1>{app.definition.name}</h1>
      <div role="status">{state.kind === "saved" && <Saved version={app.version} />}</div>
      <div class="actions">
        {may.run && (
          <a class="button" href={paths.playground(app.id)}>
            <Icon name="play" />
            Run
          </a>
        )}
        {may.edit && (
          <a class="button" href={paths.studioAppLinks(app.id)}>
            <Icon name="embed" />
            Embed
          </a>
        )}
        {may.edit && (
          <Duplicate app={{ id: app.id, name: app.definition.name }} className="button" />
        )}
        {may.edit && state.kind !== "conflict" && (
          <button class="button button--primary" type="submit" form={domIds.editor}>Save</button>
        )}
      </div>
    </header>
  );
}

function Saved({ version }: { readonly version: number }) {
  return (
    <p class="editor-saved">
      <Icon name="check" />
      Saved as version {version}
    </p>
  );
}

/** With htmx the page stays where it is; what the reader is typing in is left alone. */
function Editor(workspace: Workspace) {
  const { app, draft, state } = workspace;
  const action = paths.studioApp(app.id);
  return (
    <form
      class="form"
      id={domIds.editor}
      method="post"
      action={action}
      data-editor
      data-guarded-form
      data-unsaved={isSaved(workspace) ? undefined : ""}
      {...hx({
        post: action,
        target: `#${domIds.workspace}`,
        select: `#${domIds.workspace}`,
        swap: "outerMorph",
        sync: "drop",
      })}
    >
      {state.kind === "conflict" && <h2 class="rail-title">Yours</h2>}
      <FormAlert message={null} />
      <input type="hidden" name="version" value={String(baseVersion(workspace))} />
      <EditorFields draft={draft} problems={state.kind === "invalid" ? state.problems : []} />
      <Reference kinds={workspace.kinds} />
    </form>
  );
}

/** For those who may read the app, and not change it. */
function SavedText({ draft, kinds }: Workspace) {
  return (
    <div class="form">
      <EditorFields draft={draft} problems={[]} isReadOnly />
      <Reference kinds={kinds} />
    </div>
  );
}

function isSaved({ state }: Workspace): boolean {
  return state.kind === "fresh" || state.kind === "saved";
}

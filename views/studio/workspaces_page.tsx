import type { AppSummary } from "../../executor/app.ts";
import { paths } from "../../routes/paths.ts";
import { ConfirmDeletion } from "../confirm_deletion.tsx";
import { Frame } from "../frame.tsx";
import type { PageContext } from "../page_context.ts";
import { Status } from "../status.tsx";
import { formatAgo, Timestamp } from "../time.tsx";
import { Duplicate, NewApp } from "./app_actions.tsx";

export interface WorkspacesProps {
  readonly context: PageContext;
  /** Last saved first. */
  readonly apps: readonly AppSummary[];
}

/** Every app with what can be done to it. */
export function WorkspacesPage({ context, apps }: WorkspacesProps) {
  return (
    <Frame context={context} title="Workspaces" current="workspaces" isSide>
      <header class="page-head">
        <h1>Workspaces</h1>
        {apps.length > 0 && context.reader.may.edit && <NewApp />}
      </header>
      {apps.length === 0
        ? <NoApps mayEdit={context.reader.may.edit} />
        : <AppTable apps={apps} context={context} />}
    </Frame>
  );
}

function AppTable({ apps, context }: { apps: readonly AppSummary[]; context: PageContext }) {
  return (
    <table class="table table--apps">
      <caption class="sr">Apps, last saved first</caption>
      <thead>
        <tr>
          <th scope="col">App</th>
          <th scope="col" class="cell-last">Last run</th>
          <th scope="col" class="num">Steps</th>
          <th scope="col" class="num">Version</th>
          <th scope="col">Saved</th>
          <th scope="col">
            <span class="sr">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {apps.map((app) => <AppRow app={app} context={context} />)}
      </tbody>
    </table>
  );
}

function AppRow({ app, context }: { app: AppSummary; context: PageContext }) {
  const { may } = context.reader;
  return (
    <tr>
      <td class="fill cell-wide cell-app">
        <a href={paths.studioApp(app.id)}>
          <b>{app.name}</b>
        </a>
        {app.description !== "" && <span class="cell-note">{app.description}</span>}
      </td>
      <td class="muted cell-last">
        <LastTask app={app} now={context.now} />
      </td>
      <td class="num muted">
        {app.stepCount}
        <span class="unit">{app.stepCount === 1 ? " step" : " steps"}</span>
      </td>
      <td class="num muted">
        <span class="unit">version</span> {app.version}
      </td>
      <td class="muted cell-saved">
        <Timestamp at={app.savedAt} context={context} />
      </td>
      <td class="cell-wide">
        <div class="row-actions">
          {may.run && (
            <a href={paths.playground(app.id)}>
              Run<span class="sr">{` ${app.name}`}</span>
            </a>
          )}
          {may.edit && <Duplicate app={app} className="link-button" />}
          {may.edit && (
            <ConfirmDeletion
              action={paths.studioAppDeletion(app.id)}
              what="app"
              name={app.name}
              question={`Delete “${app.name}”? Its tasks stay in the Task History.`}
            />
          )}
        </div>
      </td>
    </tr>
  );
}

function LastTask({ app, now }: { app: AppSummary; now: number }) {
  if (app.lastTask === null) return "Never run";
  return (
    <a class="last-task" href={paths.task(app.lastTask.id)}>
      <Status status={app.lastTask.status} variant="plain" />
      <span>{formatAgo(app.lastTask.createdAt, now)}</span>
    </a>
  );
}

function NoApps({ mayEdit }: { readonly mayEdit: boolean }) {
  return (
    <div class="empty">
      <p>No apps yet.</p>
      <p>
        An app is a workflow: inputs, steps and outputs.
        {mayEdit && " Begin one here, or copy one later."}
      </p>
      {mayEdit && <NewApp />}
    </div>
  );
}

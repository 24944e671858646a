import { raw } from "hono/html";
import { paths } from "../routes/paths.ts";
import { Frame } from "./frame.tsx";
import type { PageContext } from "./page_context.ts";
import { TaskIdLabel } from "./task_id.tsx";
import { escapeExactly } from "./text/exact.ts";

/** What was looked for and is not there. */
export type Missing =
  | { readonly what: "task"; readonly id: string }
  | { readonly what: "app"; readonly id: string }
  | { readonly what: "output"; readonly name: string; readonly taskId: string }
  | { readonly what: "person"; readonly id: string }
  | { readonly what: "link"; readonly id: string }
  | { readonly what: "page"; readonly path: string };

/** The page that says so, in the frame. */
export function NotFoundPage(
  { context, missing }: { readonly context: PageContext; readonly missing: Missing },
) {
  return (
    <Frame context={context} title={missingTitle(missing)} current={sectionOf(missing)}>
      <NotFound missing={missing} />
    </Frame>
  );
}

/** The same as a fragment, for htmx. */
export function NotFound({ missing }: { readonly missing: Missing }) {
  const { to, label } = wayOut(missing);
  return (
    <>
      <header class="page-head">
        <h1>{missingTitle(missing)}</h1>
      </header>
      <div class="empty">
        <p>
          <MissingSentence missing={missing} />
        </p>
        <p>{missingReason(missing)}</p>
        <a class="button button--primary" href={to}>{label}</a>
      </div>
    </>
  );
}

const MAX_QUOTE_LENGTH = 200;

/** That it is not there, quoting what was asked for. */
export function MissingSentence({ missing }: { readonly missing: Missing }) {
  switch (missing.what) {
    case "task":
      return (
        <>
          There is no task with the ID <TaskIdLabel id={missing.id.slice(0, MAX_QUOTE_LENGTH)} />.
        </>
      );
    case "app":
      return <>There is no app with the ID “{quoted(missing.id)}”.</>;
    case "link":
      return <>There is no link with the ID “{quoted(missing.id)}”.</>;
    case "output":
      return <>This task has no output called “{quoted(missing.name)}”.</>;
    case "person":
      return <>There is nobody with the ID “{quoted(missing.id)}”.</>;
    case "page":
      return <>There is nothing at “{quoted(missing.path)}”.</>;
  }
}

function quoted(text: string) {
  const isLong = text.length > MAX_QUOTE_LENGTH;
  return raw(escapeExactly(isLong ? `${text.slice(0, MAX_QUOTE_LENGTH)}…` : text));
}

/** What is missing, as a heading. */
export function missingTitle({ what }: Missing): string {
  return `No such ${what}`;
}

/** Why that may be. */
export function missingReason({ what }: Missing): string {
  switch (what) {
    case "task":
      return "The link may be incomplete, or the task has been removed.";
    case "app":
      return "The link may be incomplete, or the app has been deleted.";
    case "link":
      return "It has expired, or has been revoked.";
    case "output":
      return "The task has not completed, or its app names its outputs differently.";
    case "person":
      return "They may have been removed.";
    case "page":
      return "The link may be incomplete or out of date.";
  }
}

function wayOut(missing: Missing): { readonly to: string; readonly label: string } {
  switch (missing.what) {
    case "task":
    case "link":
      return { to: paths.tasks(), label: "See all tasks" };
    case "app":
      return { to: paths.studio(), label: "See all apps" };
    case "output":
      return { to: paths.task(missing.taskId), label: "Open the task" };
    case "person":
      return { to: paths.settings.people(), label: "See all people" };
    case "page":
      return { to: paths.playground(), label: "Open the Playground" };
  }
}

function sectionOf({ what }: Missing) {
  switch (what) {
    case "task":
    case "link":
    case "output":
      return "tasks";
    case "app":
      return "workspaces";
    case "person":
    case "page":
      return null;
  }
}

import type { AppSummary } from "../../executor/app.ts";
import { paths } from "../../routes/paths.ts";

/** Deletes an app in two presses, also without a script. */
export function ConfirmDeletion({ app }: { readonly app: Pick<AppSummary, "id" | "name"> }) {
  return (
    <details class="confirm" data-menu name="confirm">
      <summary class="link-button">
        Delete<span class="sr">{` ${app.name}`}</span>
      </summary>
      <form class="confirm-ask" method="post" action={paths.studioAppDeletion(app.id)}>
        <p>Delete “{app.name}”? Its tasks stay in the Task History.</p>
        <button class="button" type="submit">Delete app</button>
      </form>
    </details>
  );
}

import { paths } from "../../routes/paths.ts";
import { Icon } from "../icon.tsx";

/** Begins a new app. */
export function NewApp() {
  return (
    <form method="post" action={paths.studio()}>
      <button class="button button--primary" type="submit">
        <Icon name="plus" />
        New app
      </button>
    </form>
  );
}

/** Begins a new app from the saved version of this one. */
export function Duplicate(
  { app, className }: {
    readonly app: { readonly id: string; readonly name: string };
    readonly className: "button" | "link-button";
  },
) {
  return (
    <form method="post" action={paths.studio()}>
      <input type="hidden" name="from" value={app.id} />
      <button class={className} type="submit">
        Duplicate<span class="sr">{` ${app.name}`}</span>
      </button>
    </form>
  );
}

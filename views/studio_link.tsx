import { paths } from "../routes/paths.ts";
import { Icon } from "./icon.tsx";

export interface StudioLinkProps {
  readonly appId: string;
  readonly mayEdit: boolean;
  readonly className: string;
}

/** Leads to an app's workspace editor, where those who may not edit it can read it. */
export function StudioLink({ appId, mayEdit, className }: StudioLinkProps) {
  return (
    <a class={className} href={paths.studioApp(appId)}>
      <Icon name={mayEdit ? "edit" : "workspaces"} />
      {studioWords(mayEdit)}
    </a>
  );
}

/** What such a link says. */
export function studioWords(mayEdit: boolean): string {
  return mayEdit ? "Edit in Studio" : "Open in Studio";
}

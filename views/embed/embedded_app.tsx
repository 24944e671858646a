import { Icon } from "../icon.tsx";
import { formEncoding, RunFields, type RunFieldsProps } from "../form/run_form.tsx";
import { By, EmbedTitle } from "./embedded_task.tsx";

export interface EmbeddedAppProps extends RunFieldsProps {
  readonly name: string;
  readonly description: string;
  /** Whole: it is sent from pages of other sites. */
  readonly action: string;
}

/** The form that runs an app from another site. Like a task there it has no script and no style. */
export function EmbeddedApp(props: EmbeddedAppProps) {
  const { name, description, action } = props;
  return (
    <div class="callboard" role="group" aria-label={`${name}, by Callboard`}>
      <div class="cb-head">
        <EmbedTitle>{name}</EmbedTitle>
      </div>
      {description === "" ? null : <p class="cb-lede">{description}</p>}
      <form
        class="cb-form"
        method="post"
        action={action}
        enctype={formEncoding(props.inputs)}
        target="_self"
        novalidate
      >
        <RunFields {...props} isFramed />
        <div class="cb-foot">
          <button class="cb-run" type="submit">
            <Icon name="play" />Run
          </button>
          <By url={null}>{null}</By>
        </div>
      </form>
    </div>
  );
}

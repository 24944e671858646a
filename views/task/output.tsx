import type { OutputDetail, TaskDetail } from "../../executor/task.ts";
import { paths } from "../../routes/paths.ts";
import { CopyButton } from "../copy_button.tsx";
import { domIds } from "../dom_ids.ts";
import { hx } from "../hx.ts";
import { Icon } from "../icon.tsx";
import type { RenderMarkdown } from "../text/markdown.ts";
import { OutputValue } from "./output_value.tsx";
import type { TaskView } from "./task_view.ts";

const TYPE_WORDS = { markdown: "Markdown", json: "JSON", text: "Text" } as const;
const EXTENSIONS = { markdown: "md", json: "json", text: "txt" } as const;

/** Live: the outputs, once the task has completed; else empty. */
export function TaskOutput({ view: { detail, renderMarkdown } }: { readonly view: TaskView }) {
  const urlsOf = (name: string) => ({
    whole: paths.taskOutput(detail.id, name),
    download: paths.taskOutputDownload(detail.id, name),
  });
  return <Outputs detail={detail} renderMarkdown={renderMarkdown} urlsOf={urlsOf} />;
}

export interface OutputsProps {
  readonly detail: Pick<TaskDetail, "status" | "outputs">;
  readonly renderMarkdown: RenderMarkdown;
  /** Where an output is to be had, as it is and as a file. */
  readonly urlsOf: (name: string) => { readonly whole: string; readonly download: string };
}

/** The same of a task that is reached in another way. */
export function Outputs(props: OutputsProps) {
  const { status, outputs } = props.detail;
  return (
    <div id={domIds.taskOutput}>
      {outputs.length > 0 ? <Panels {...props} /> : null}
      {status === "completed" && outputs.length === 0
        ? <p class="outputs muted">This app has no outputs.</p>
        : null}
    </div>
  );
}

/** Without the script the tabs are links to panels that stand one under another. */
function Panels({ detail: { outputs }, ...rest }: OutputsProps) {
  const isSeveral = outputs.length > 1;
  return (
    <section
      class={isSeveral ? "outputs outputs--several" : "outputs"}
      aria-labelledby={domIds.outputTitle}
      data-tabs={isSeveral ? "" : undefined}
      {...hx({ morphSkip: true })}
    >
      <h2 class="sr" id={domIds.outputTitle}>Output</h2>
      {isSeveral ? <Tabs outputs={outputs} /> : null}
      {outputs.map((output) => <Panel output={output} {...rest} />)}
    </section>
  );
}

function Tabs({ outputs }: { readonly outputs: readonly OutputDetail[] }) {
  return (
    <div class="tabs" data-tablist aria-label="Outputs">
      {outputs.map((output) => (
        <a
          class="tab"
          id={domIds.outputTab(output.name)}
          href={`#${domIds.outputPanel(output.name)}`}
        >
          {output.label} <small>{TYPE_WORDS[output.type]}</small>
        </a>
      ))}
    </div>
  );
}

interface PanelProps extends Omit<OutputsProps, "detail"> {
  readonly output: OutputDetail;
}

function Panel({ output, renderMarkdown, urlsOf }: PanelProps) {
  const urls = urlsOf(output.name);
  return (
    <div class="panel" id={domIds.outputPanel(output.name)} data-tabpanel>
      <div class="panel-bar">
        <h3 class="panel-title">
          {output.label} <small>{TYPE_WORDS[output.type]}</small>
        </h3>
        <div class="actions">
          {/* What the output is, not how it looks: it is fetched, however long it is. */}
          <CopyButton from={urls.whole} label={output.label} />
          <a class="button button--quiet" href={urls.download} download>
            <Icon name="download" />Download
            <span class="sr">{` ${output.name}.${EXTENSIONS[output.type]}`}</span>
          </a>
        </div>
      </div>
      <OutputValue output={output} renderMarkdown={renderMarkdown} />
    </div>
  );
}

import type { Child } from "hono/jsx";
import type { OutputDetail, StepDetail } from "../../executor/task.ts";
import { formatDuration, formatElapsed } from "../durations.ts";
import { Icon } from "../icon.tsx";
import { Lamp, STATUS_WORDS } from "../status.tsx";
import { countsNote, doneCount, stepsTitle } from "../task/step_counts.ts";
import { OutputValue } from "../task/output_value.tsx";
import type { SharedFault, SharedTask } from "../shared/shared_task.ts";
import { exact } from "../text/exact.ts";
import type { RenderMarkdown } from "../text/markdown.ts";
import { EmbeddedStep } from "./embedded_step.tsx";

/** A task as another site shows it: what its link shows of it, and no more. */
export interface EmbeddedTaskProps {
  readonly title: string;
  readonly detail: SharedTask;
  readonly renderMarkdown: RenderMarkdown;
  /** Its page in Callboard; null where it has none that everybody may see. */
  readonly pageUrl: string | null;
  /** Where an output is to be had as it is. */
  readonly outputUrl: (name: string) => string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The whole of an embedded task: for an iframe, for a shadow root, and bare, on pages whose styles
 * nobody knows. It has no script, no style, no id and no htmx attribute; `static/embed/embed.css` is
 * what it looks like.
 */
export function EmbeddedTask(props: EmbeddedTaskProps) {
  const { title, detail, renderMarkdown } = props;
  const { status, steps, inputs, outputs, fault } = detail;
  return (
    <div class="callboard" role="group" data-status={status} aria-label={`${title}, by Callboard`}>
      <Head {...props} />
      {steps.length === 0 ? null : <Progress detail={detail} />}
      {fault === null ? null : <p class="cb-fault">{exact(faultWords(fault))}</p>}
      {inputs.length === 0 ? null : (
        <dl class="cb-part cb-inputs">
          {inputs.map(({ label, value }) => (
            <div>
              <dt>{label}</dt>
              <dd>{exact(value.text)}</dd>
            </div>
          ))}
        </dl>
      )}
      {outputs.map((output) => (
        <Output
          output={output}
          isAlone={outputs.length === 1}
          renderMarkdown={renderMarkdown}
          outputUrl={props.outputUrl}
        />
      ))}
      <Steps steps={steps} />
      <Foot {...props} />
    </div>
  );
}

function Head({ title, detail: { status, startedAt, finishedAt }, now }: EmbeddedTaskProps) {
  return (
    <div class="cb-head">
      <EmbedTitle>{title}</EmbedTitle>
      <span class="cb-status" data-status={status}>
        <Lamp status={status} />
        {STATUS_WORDS[status]}
      </span>
      {startedAt === null
        ? null
        : finishedAt === null
        ? <RunningClock elapsed={Math.max(0, now - startedAt)} />
        : <span class="cb-time">{formatDuration(finishedAt - startedAt)}</span>}
    </div>
  );
}

/** Hidden until a script makes it go on: a clock that stands still tells a wrong time. */
function RunningClock({ elapsed }: { readonly elapsed: number }) {
  return <span class="cb-time" data-clock={String(elapsed)} hidden>{formatElapsed(elapsed)}</span>;
}

/**
 * The heading of what is embedded, below whatever heading stands before it on its page. An `h2`
 * would get the look that the page gives its own sections, and a place among them.
 */
export function EmbedTitle({ children }: { readonly children: string }) {
  return <p class="cb-title" role="heading" aria-level="2">{children}</p>;
}

function faultWords({ title, message }: SharedFault): string {
  return message === null ? `${title}.` : `${title}: ${message}`;
}

function Progress({ detail }: { readonly detail: SharedTask }) {
  const { progress, steps } = detail;
  return (
    <div
      class="cb-progress"
      role="progressbar"
      aria-label="Progress"
      aria-valuemin="0"
      aria-valuemax={String(progress.total)}
      aria-valuenow={String(doneCount(detail))}
      aria-valuetext={`${stepsTitle(detail)}: ${countsNote(detail)}`}
    >
      {steps.map(({ state }) => <span data-status={state.status}></span>)}
    </div>
  );
}

interface OutputProps extends Pick<EmbeddedTaskProps, "renderMarkdown" | "outputUrl"> {
  readonly output: OutputDetail;
  readonly isAlone: boolean;
}

/**
 * What can be done with the only output stands in the foot, else beside its label. The label is
 * there for the headings that the output may have of its own.
 */
function Output({ output, isAlone, renderMarkdown, outputUrl }: OutputProps) {
  const { name, label } = output;
  return (
    <div class="cb-part cb-output">
      {isAlone ? <h3 class="cb-sr">{label}</h3> : (
        <div class="cb-foot cb-output-head">
          <h3 class="cb-label">{label}</h3>
          <OutputActions url={outputUrl(name)} label={label} />
        </div>
      )}
      <OutputValue output={output} renderMarkdown={renderMarkdown} />
    </div>
  );
}

/** To copy there has to be a script, which then shows the button. */
function OutputActions({ url, label }: { readonly url: string; readonly label: string }) {
  return (
    <>
      <button class="cb-copy" type="button" data-copy={url} hidden>
        <Icon name="copy" />
        <span>Copy</span>
        <span class="cb-sr">{label}</span>
      </button>
      <a href={`${url}?download`} download>
        <Icon name="download" />Download <span class="cb-sr">{label}</span>
      </a>
    </>
  );
}

function Steps({ steps }: { readonly steps: readonly StepDetail[] }) {
  if (steps.length === 0) return null;
  return (
    <ol class="cb-part cb-steps">
      {steps.map((step) => <EmbeddedStep step={step} />)}
    </ol>
  );
}

function Foot({ detail, pageUrl, outputUrl }: EmbeddedTaskProps) {
  const { status, outputs, steps } = detail;
  const [only] = outputs.length === 1 ? outputs : [];
  return (
    <div class="cb-foot">
      {status === "running" && steps.length > 0 ? <span>{stepsTitle(detail)}</span> : null}
      {only && <OutputActions url={outputUrl(only.name)} label={only.label} />}
      <By url={pageUrl}>{status === "running" ? "Follow on Callboard" : "Open on Callboard"}</By>
    </div>
  );
}

/** Says whose work it is; it leads there where there is a page to see. */
export function By({ url, children }: { readonly url: string | null; readonly children: Child }) {
  const mark = (
    <svg width="14" height="14" viewBox="0 0 16 16" fill="none" aria-hidden="true">
      <path d="M14.5 2H2v12h12.5" stroke="currentColor" stroke-width="2.5" />
      <circle cx="11.25" cy="8" r="2.75" fill="#f9b517" />
    </svg>
  );
  return url === null
    ? <span class="cb-by">{mark}By Callboard</span>
    : <a class="cb-by" href={url} target="_blank" rel="noopener">{mark}{children}</a>;
}

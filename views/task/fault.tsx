import type { Child } from "hono/jsx";
import { domIds } from "../dom_ids.ts";
import type { TimeContext } from "../page_context.ts";
import { StudioLink } from "../studio_link.tsx";
import { countOf } from "../text/counts.ts";
import { exact } from "../text/exact.ts";
import { countNotBegun, failedStep } from "./step_counts.ts";
import { Cancellation } from "./cancellation.tsx";
import { RunAgainLink } from "./task_head.tsx";
import type { TaskView } from "./task_view.ts";

/** Longer messages are shown whole in the step. */
const MAX_MESSAGE_LENGTH = 600;

export interface TaskFaultProps {
  readonly view: TaskView;
  readonly context: TimeContext;
}

/** Live: why there is no output, where that is settled; else empty. */
export function TaskFault({ view, context }: TaskFaultProps) {
  const { status, error } = view.detail;
  return (
    <div class="task-fault" id={domIds.taskFault}>
      {status === "failed" && error !== null ? <Fault view={view} message={error.message} /> : null}
      {status === "cancelled" ? <Cancellation detail={view.detail} context={context} /> : null}
    </div>
  );
}

function Fault({ view, message }: { readonly view: TaskView; readonly message: string }) {
  const skipped = countNotBegun(view.detail);
  return (
    <FaultBox title={faultTitle(view)} message={message}>
      {skipped === 0 ? null : <p class="fault-rest">{notBegun(skipped)}</p>}
      <div class="actions">
        {view.isEditable
          ? (
            <StudioLink
              appId={view.detail.app.id}
              mayEdit={view.may.edit}
              className={view.may.edit ? "button button--primary" : "button"}
            />
          )
          : null}
        {view.may.run ? <RunAgainLink /> : null}
      </div>
    </FaultBox>
  );
}

interface FaultBoxProps {
  readonly title: Child;
  readonly message: string | null;
  readonly children?: Child;
}

/** What failed, and in whose words. */
export function FaultBox({ title, message, children }: FaultBoxProps) {
  return (
    <section class="fault" aria-labelledby={domIds.faultTitle}>
      <h2 id={domIds.faultTitle}>{title}</h2>
      {message === null ? null : <p class="fault-what">{exact(asSentence(message))}</p>}
      {children}
    </section>
  );
}

function faultTitle({ detail }: TaskView): Child {
  const step = failedStep(detail);
  if (step !== undefined) {
    return (
      <>
        <a href={`#${domIds.stepBody(step.number)}`}>Step {step.number}</a>
        {`, “${step.name}”, failed`}
      </>
    );
  }
  const output = detail.failedOutput;
  return output === null ? "This task failed" : `The output “${output}” could not be made`;
}

function notBegun(skipped: number): string {
  return `${countOf(skipped, "step")} did not run because of this.`;
}

/** Messages come without a full stop, so that others can build on them. */
function asSentence(message: string): string {
  if (message.length > MAX_MESSAGE_LENGTH) return `${message.slice(0, MAX_MESSAGE_LENGTH)} …`;
  return /[\p{L}\p{N}"”)]$/u.test(message) ? `${message}.` : message;
}

import type { Child } from "hono/jsx";
import type { GivenField, StepDetail, Usage } from "../../executor/task.ts";
import { domIds } from "../dom_ids.ts";
import { Timestamp } from "../time.tsx";
import { listOf, usageWords } from "../text/counts.ts";
import { exact } from "../text/exact.ts";
import { TextBlock } from "../text/excerpt.tsx";
import { ForkForm } from "./fork_form.tsx";
import { ForkedTask } from "./forks.tsx";
import type { StepProps } from "./step.tsx";
import { StepFailures } from "./step_failures.tsx";
import { StepWritten } from "./step_written.tsx";

/** What a step was given, what it has written, and its result or its error. */
export function StepBody(props: StepProps) {
  const { step, taskId, copiedFrom, forks, isWithoutGiven, context } = props;
  return (
    <div class="step-body" id={domIds.stepBody(step.number)}>
      {copiedFrom === null ? null : (
        <p class="muted">
          Copied from <ForkedTask from={copiedFrom} />
        </p>
      )}
      {step.when === null || isUnmet(step)
        ? null
        : <Part title="Runs only if">{code(step.when)}</Part>}
      {isWithoutGiven ? null : (
        <Part title="Given">
          <Given step={step} />
        </Part>
      )}
      {isWithoutGiven && step.state.status === "queued" ? plain("Not begun yet") : null}
      {step.written === null || step.state.status === "completed"
        ? null
        : <StepWritten number={step.number} status={step.state.status} written={step.written} />}
      <StepFailures failures={step.failures} context={context} />
      <Ending {...props} />
      {step.usage === null ? null : <p class="step-usage">{tokens(step.usage)}</p>}
      {forks.length === 0 ? null : <ForkForm taskId={taskId} from={step} buttons={forks} />}
    </div>
  );
}

function tokens(usage: Usage): string {
  return `Tokens: ${usageWords(usage)}`;
}

function Part({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <section>
      <h3 class="part-title">{title}</h3>
      {children}
    </section>
  );
}

function Given({ step }: { readonly step: StepDetail }) {
  if (step.given === null) return <p class="muted">{missingGiven(step)}</p>;
  if (step.given.length === 0) return <p class="muted">Nothing</p>;
  return (
    <dl class="given">
      {step.given.map((field) => <GivenRow field={field} />)}
    </dl>
  );
}

function GivenRow({ field }: { readonly field: GivenField }) {
  return (
    <div>
      <dt>{field.name}</dt>
      <dd>
        <TextBlock value={field.value} label={field.name} />
      </dd>
    </div>
  );
}

function missingGiven({ needs, state }: StepDetail): string {
  if (needs.length === 0) {
    return state.status === "skipped" ? "Nothing, as it did not run" : "Not known yet";
  }
  const steps = `${needs.length === 1 ? "step" : "steps"} ${listOf(needs)}`;
  return state.status === "queued" ? `Waits for ${steps}` : `Needs the result of ${steps}`;
}

function Ending({ step, failedNumber, context }: StepProps) {
  const { state, result, error } = step;
  switch (state.status) {
    case "completed":
      return result === null ? null : (
        <Part title="Result">
          <TextBlock value={result.value} label="Result" format={result.format} />
        </Part>
      );
    case "failed":
      return (
        <Part title="Error">
          {state.isTolerated ? plain("The task went on without it:") : null}
          {code(error ?? "No message was given")}
        </Part>
      );
    case "skipped":
      return (
        <Part title="Skipped">
          {plain(skippedWords(step, failedNumber))}
          {isUnmet(step) && step.when !== null ? code(step.when) : null}
        </Part>
      );
    case "cancelled":
      return <Part title="Result">{plain("Cancelled")}</Part>;
    case "queued":
      return (
        <>
          {state.retryAt === undefined ? null : (
            <Part title="Next attempt">
              <p>
                <Timestamp at={state.retryAt} context={context} />
              </p>
            </Part>
          )}
        </>
      );
    case "running":
      return state.resumeAt === undefined
        ? step.written === null ? <Part title="Result">{plain("Nothing yet")}</Part> : null
        : (
          <Part title="Waits until">
            <p>
              <Timestamp at={state.resumeAt} context={context} />
            </p>
          </Part>
        );
  }
}

function plain(text: string) {
  return <p class="muted">{text}</p>;
}

function code(text: string) {
  return <pre class="code code--wrap"><code>{exact(text)}</code></pre>;
}

function isUnmet({ state }: StepDetail): boolean {
  return state.status === "skipped" && state.reason === "condition";
}

function skippedWords({ state, when }: StepDetail, failedNumber: number | null): string {
  const reason = state.status === "skipped" ? state.reason ?? "ended" : "ended";
  switch (reason) {
    case "condition":
      return `Its condition was not met${when === null ? "" : ":"}`;
    case "needs":
      return "Everything it needs was skipped";
    case "ended":
      return failedNumber === null ? "The task had ended" : `Step ${failedNumber} had failed`;
  }
}

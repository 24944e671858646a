import { paths } from "../../routes/paths.ts";
import { domIds } from "../dom_ids.ts";
import type { TimeContext } from "../page_context.ts";
import { TimeFacts } from "../task/facts.tsx";
import { FaultBox } from "../task/fault.tsx";
import { Outputs } from "../task/output.tsx";
import type { SharedTask, SharedView } from "./shared_task.ts";

interface PartProps {
  readonly view: SharedView;
}

/** Live: why it failed, and what there is to say where its steps are not shown. */
export function SharedNotice({ view: { detail } }: PartProps) {
  const words = noticeWords(detail);
  return (
    <div class="task-fault" id={domIds.taskFault}>
      {detail.fault === null ? null : <FaultBox {...detail.fault} />}
      {words === null ? null : <p class="task-note">{words}</p>}
    </div>
  );
}

function noticeWords({ status, show }: SharedTask): string | null {
  switch (status) {
    case "running":
      if (show.includes("steps")) return null;
      return show.includes("outputs")
        ? "This task is running. Its output appears here when it is done."
        : "This task is running.";
    case "completed":
      return show.includes("outputs") || show.includes("steps") ? null : "This task is done.";
    case "cancelled":
      return "This task was cancelled.";
    case "failed":
      return null;
  }
}

/** Live: the outputs, once the task has completed, where they are shown; else empty. */
export function SharedOutput({ view }: PartProps) {
  if (!view.detail.show.includes("outputs")) return <div id={domIds.taskOutput}></div>;
  const { token, ...rest } = view;
  const urlsOf = (name: string) => ({
    whole: paths.sharedOutput(token, name),
    download: paths.sharedOutputDownload(token, name),
  });
  return <Outputs {...rest} urlsOf={urlsOf} />;
}

/** Live: when, and how long. */
export function SharedFacts({ view, context }: PartProps & { readonly context: TimeContext }) {
  return (
    <dl class="facts" id={domIds.taskFacts}>
      <TimeFacts detail={view.detail} context={context} />
    </dl>
  );
}

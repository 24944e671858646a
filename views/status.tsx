import type { StepStatus, TaskStatus } from "../executor/task.ts";

type AnyStatus = TaskStatus | StepStatus;

/** The word people see for a status of a task or a step. */
export const STATUS_WORDS = {
  queued: "Queued",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  skipped: "Skipped",
  cancelled: "Cancelled",
} as const satisfies Record<AnyStatus, string>;

const VARIANT_CLASSES = {
  badge: "status status--badge",
  head: "status status--badge status--head",
  plain: "status",
} as const;

/**
 * A status as a lamp and a word. `badge` is for rows (only what runs or failed is lit), `head` for a
 * page's head, `plain` has no ground.
 */
export function Status(
  { status, variant }: {
    readonly status: AnyStatus;
    readonly variant: keyof typeof VARIANT_CLASSES;
  },
) {
  return (
    <span class={VARIANT_CLASSES[variant]} data-status={status}>
      <Lamp status={status} />
      {STATUS_WORDS[status]}
    </span>
  );
}

/** The lamp alone; the word has to stand near it. Its shape tells the status without its colour. */
export function Lamp({ status }: { readonly status: AnyStatus }) {
  return (
    <svg class="lamp" width="16" height="16" viewBox="0 0 16 16" fill="none" aria-hidden="true">
      {shapeOf(status)}
    </svg>
  );
}

function shapeOf(status: AnyStatus) {
  switch (status) {
    case "running":
      return (
        <>
          <circle class="halo" cx="8" cy="8" r="6.5" stroke="currentColor" stroke-width="1.5" />
          <circle cx="8" cy="8" r="3.75" fill="currentColor" />
        </>
      );
    case "completed":
      return <Ring sign="M5 8.25 7.25 10.5 11 5.75" />;
    case "cancelled":
      return <Ring sign="M3.5 12.5l9-9" />;
    case "skipped":
      return <Ring sign="M5 8h6" />;
    case "queued":
      return (
        <circle
          cx="8"
          cy="8"
          r="6.5"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-dasharray="2.6 2.5"
        />
      );
    case "failed":
      return (
        <path
          fill="currentColor"
          fill-rule="evenodd"
          d="M8 .75a7.25 7.25 0 1 1 0 14.5A7.25 7.25 0 1 1 8 .75zm0 5.95L5.95 4.65l-1.3 1.3L6.7 8l-2.05 2.05 1.3 1.3L8 9.3l2.05 2.05 1.3-1.3L9.3 8l2.05-2.05-1.3-1.3z"
        />
      );
  }
}

function Ring({ sign }: { readonly sign: string }) {
  return (
    <>
      <circle cx="8" cy="8" r="6.5" stroke="currentColor" stroke-width="1.5" />
      <path d={sign} stroke="currentColor" stroke-width="1.5" />
    </>
  );
}

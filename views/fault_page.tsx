import { paths } from "../routes/paths.ts";
import { Frame } from "./frame.tsx";
import type { PageContext } from "./page_context.ts";

/** Something that went wrong, in words for the reader: no stack, no path, no secret. */
export interface FaultProps {
  /** The HTTP status of the answer. */
  readonly status: number;
  /** What happened, in a few words. */
  readonly title: string;
  /** What is wrong, in one sentence. */
  readonly sentence: string;
  /** What to do about it, in one sentence. */
  readonly advice: string;
  /** Under which the log has more, where it has. */
  readonly reference?: string;
  /** Where to go next; the Playground unless given. */
  readonly way?: { readonly to: string; readonly label: string };
}

/** The page that says so, in the frame. */
export function FaultPage({ context, fault }: {
  readonly context: PageContext;
  readonly fault: FaultProps;
}) {
  return (
    <Frame context={context} title={fault.title} current={null}>
      <header class="page-head">
        <h1>{fault.title}</h1>
      </header>
      <Fault fault={fault} />
      <p class="fault-exit">
        {fault.way === undefined
          ? <a href={paths.playground()}>Open the Playground</a>
          : <Way {...fault.way} />}
      </p>
    </Frame>
  );
}

/** The same as a fragment, for htmx. */
export function FaultFragment({ fault }: { readonly fault: FaultProps }) {
  return (
    <section class="fault" role="alert">
      <h2>{fault.title}</h2>
      <FaultWords fault={fault} />
      {fault.way === undefined ? null : (
        <p class="fault-rest">
          <Way {...fault.way} />
        </p>
      )}
    </section>
  );
}

/** A form that was refused offers it too (`static/js/form_guard.js`). */
function Way({ to, label }: NonNullable<FaultProps["way"]>) {
  return <a href={to} data-way-on>{label}</a>;
}

function Fault({ fault }: { readonly fault: FaultProps }) {
  return (
    <section class="fault" aria-label="What went wrong">
      <FaultWords fault={fault} />
    </section>
  );
}

function FaultWords({ fault: { status, sentence, advice, reference } }: {
  readonly fault: FaultProps;
}) {
  return (
    <>
      <p class="fault-what">{sentence}</p>
      <p class="fault-rest">{advice}</p>
      <p class="fault-rest">
        {`Status ${status}`}
        {reference === undefined ? null : (
          <>
            , reference <code>{reference}</code>
          </>
        )}
      </p>
    </>
  );
}

import { CopyButton } from "./copy_button.tsx";

/** Something to be copied, and what it is for. */
export interface Snippet {
  /** Unique among those of a page. */
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly text: string;
}

/** Texts to be copied, each under what it is. */
export function SnippetList({ snippets }: { readonly snippets: readonly Snippet[] }) {
  return (
    <div class="snippets">
      {snippets.map(({ id, label, hint, text }) => (
        <section class="snippet">
          <div class="side-head">
            <h3>{label}</h3>
            <div class="actions">
              <CopyButton from={`#${id}`} label={label} />
            </div>
          </div>
          <p class="help">{hint}</p>
          <pre class="code code--wrap" id={id} tabindex={0} aria-label={label}>{text}</pre>
        </section>
      ))}
    </div>
  );
}

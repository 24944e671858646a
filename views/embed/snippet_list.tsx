import { CopyButton } from "../copy_button.tsx";
import type { Snippet } from "./snippets.ts";

/** Ways to show something on another site, each with what is to be copied. */
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

import { Icon } from "./icon.tsx";

export interface CopyButtonProps {
  /** The URL of what is copied, or `#` and the id of an element that shows it. */
  readonly from: string;
  /** What that is, for those who do not see what stands beside it. */
  readonly label: string;
}

/** Puts a text on the clipboard and says so; there only with a script (`static/js/copy.js`). */
export function CopyButton({ from, label }: CopyButtonProps) {
  return (
    <button class="button button--quiet" type="button" data-copy={from}>
      <span class="idle">
        <Icon name="copy" />Copy
      </span>
      <span class="done">
        <Icon name="check" />Copied
      </span>
      <span class="sr">{` ${label}`}</span>
    </button>
  );
}

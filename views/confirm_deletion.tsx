import type { Child } from "hono/jsx";

export interface ConfirmDeletionProps {
  /** Where the form goes. */
  readonly action: string;
  /** What is done to it; to delete it unless given. */
  readonly verb?: string;
  /** What is deleted, in a word: the button says `Delete app`. */
  readonly what: string;
  /** For those who do not see which row the button stands in. */
  readonly name: string;
  readonly question: string;
  /** htmx attributes of the form. */
  readonly behaviour?: Readonly<Record<string, string>>;
  /** Fields of the form. */
  readonly children?: Child;
}

/** Deletes something in two presses, also without a script. */
export function ConfirmDeletion(
  { action, verb = "Delete", what, name, question, behaviour, children }: ConfirmDeletionProps,
) {
  return (
    <details class="confirm" data-menu name="confirm">
      <summary class="link-button">
        {verb}
        <span class="sr">{` ${name}`}</span>
      </summary>
      <form class="confirm-ask" method="post" action={action} {...behaviour}>
        <p>{question}</p>
        {children}
        <button class="button" type="submit">{verb} {what}</button>
      </form>
    </details>
  );
}

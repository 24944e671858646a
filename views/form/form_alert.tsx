import { Icon } from "../icon.tsx";

/**
 * Where a form says what concerns all of it. It is there from the beginning, hidden when it has
 * nothing to say, so that a script can speak through it when the server does not answer.
 */
export function FormAlert({ message }: { readonly message: string | null }) {
  return (
    <div class="form-alert" role="alert">
      <p class="field-error" data-form-alert hidden={message === null}>
        <Icon name="warning" />
        <span>{message}</span>
      </p>
    </div>
  );
}

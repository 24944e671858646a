import { Icon } from "../icon.tsx";

/** A sentence about what is wrong, with the sign that tells it without colour. */
export function FieldError({ id, message }: { readonly id: string; readonly message: string }) {
  return (
    <p class="field-error" id={id}>
      <Icon name="warning" />
      <span>{message}</span>
    </p>
  );
}

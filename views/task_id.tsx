const TAIL_LENGTH = 10;

/** A task's id. Where room is short its head gives way, its telling end stays; copying gives all. */
export function TaskIdLabel({ id }: { readonly id: string }) {
  return (
    <span class="id">
      <span class="id-head">{id.slice(0, -TAIL_LENGTH)}</span>
      <span class="id-tail">{id.slice(-TAIL_LENGTH)}</span>
    </span>
  );
}

/** Instead of what a link showed that shows nothing any more, or never did. */
export function EmbeddedGone() {
  return (
    <div class="callboard" role="group" data-status="gone" aria-label="Callboard">
      <p>This is no longer available.</p>
    </div>
  );
}

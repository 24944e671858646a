import { hx } from "./hx.ts";

/**
 * Follows a stream of changes. Every change names its own place, so nothing is swapped in here; the
 * line says so while the connection is lost (`static/js/stream.js`).
 */
export function LiveStream({ eventsUrl }: { readonly eventsUrl: string }) {
  const behaviour = hx({
    sseConnect: eventsUrl,
    sseClose: "done",
    swap: "none",
    trigger: "load, connect",
  });
  return (
    <div class="live" data-stream {...behaviour}>
      <p class="live-note" role="status"></p>
    </div>
  );
}

/**
 * A signal that is aborted with the first of `sources`, and for its reason.
 *
 * `AbortSignal.any` does this with weak references, and in Deno 2.5 the garbage collector takes what
 * somebody listens to: the abort is then never heard of. Here the sources hold it, so they should
 * not outlive the work.
 */
export function anyAborted(...sources: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const source of sources) {
    const follow = () => controller.abort(source.reason);
    if (source.aborted) follow();
    else source.addEventListener("abort", follow, { once: true });
  }
  return controller.signal;
}

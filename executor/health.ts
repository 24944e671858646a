import type { RunContext } from "./run/context.ts";
import type { Listener } from "./run/listener.ts";

/** How long the database may take to answer: over a network it may be silent for ever. */
const ANSWER_MS = 2_000;

/** Whether the database answers and the listener, where there is one, takes tasks. */
export async function isWell(context: RunContext, listener: Listener | null): Promise<boolean> {
  const { store, clock, onUnexpected } = context;
  try {
    const { promise: silence, resolve } = Promise.withResolvers<false>();
    const cancel = clock.after(ANSWER_MS, () => resolve(false));
    const hasAnswered = await Promise.race([store.ping().then(() => true), silence]);
    cancel();
    return hasAnswered && (listener?.isWell() ?? true);
  } catch (error) {
    onUnexpected(error, "health");
    return false;
  }
}

import { renderNow } from "./render.ts";

/**
 * Has Hono's JSX do without Node. As it first renders it asks `process` for what keeps the contexts
 * of components apart while they wait. Views never wait, and a look at `process` makes Deno load it,
 * which takes 10 ms. Has to be called before anything is rendered.
 */
export function renderWithoutNode(): void {
  const process = Object.getOwnPropertyDescriptor(globalThis, "process");
  if (!process?.configurable) return;
  Object.defineProperty(globalThis, "process", { value: undefined, configurable: true });
  try {
    renderNow(<Nothing />);
  } finally {
    Object.defineProperty(globalThis, "process", process);
  }
}

function Nothing() {
  return null;
}

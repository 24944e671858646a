import assert from "node:assert/strict";
import { renderNow } from "../../views/render.ts";
import { renderWithoutNode } from "../../views/render_without_node.tsx";
import { Status } from "../../views/status.tsx";

Deno.test("renderWithoutNode lets views render without a look at process, and leaves it there", () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "process");
  assert.ok(before);
  let looks = 0;
  const get = () => void looks++;
  Object.defineProperty(globalThis, "process", { get, configurable: true });
  try {
    renderWithoutNode();
    assert.match(renderNow(<Status status="running" variant="badge" />), /Running/);
    assert.equal(looks, 0);
    assert.equal(Object.getOwnPropertyDescriptor(globalThis, "process")?.get, get);
  } finally {
    Object.defineProperty(globalThis, "process", before);
  }
});

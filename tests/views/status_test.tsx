import assert from "node:assert/strict";
import { STEP_STATUSES } from "../../executor/task.ts";
import { renderNow } from "../../views/render.ts";
import { Lamp, Status, STATUS_WORDS } from "../../views/status.tsx";

Deno.test("Status has a word beside the colour, always", () => {
  for (const status of STEP_STATUSES) {
    const html = renderNow(<Status status={status} variant="badge" />);
    assert.ok(html.includes(`data-status="${status}"`) && html.includes(STATUS_WORDS[status]));
  }
});

Deno.test("Lamp has another shape for every status", () => {
  const shapes = STEP_STATUSES.map((status) => renderNow(<Lamp status={status} />));
  assert.equal(new Set(shapes).size, STEP_STATUSES.length);
});

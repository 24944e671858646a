import assert from "node:assert/strict";
import { hx } from "../../views/hx.ts";

Deno.test("hx spells what is asked for, and nothing else", () => {
  assert.deepEqual(
    hx({
      post: "/tasks",
      target: "#notice",
      pushUrl: false,
      morphSkip: true,
      sseConnect: "/events",
      sseClose: "done",
      status: { "422": "swap:outerHTML", "5xx": "swap:none" },
    }),
    {
      "hx-post": "/tasks",
      "hx-target": "#notice",
      "hx-push-url": "false",
      "hx-morph-skip": "",
      "hx-sse:connect": "/events",
      "hx-sse:close": "done",
      "hx-status:422": "swap:outerHTML",
      "hx-status:5xx": "swap:none",
    },
  );
  assert.deepEqual(hx({}), {});
});

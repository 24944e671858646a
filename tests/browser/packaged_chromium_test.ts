import assert from "node:assert/strict";
import { whyNotStarting } from "./browser_program.ts";
import { unpackChromium } from "./packaged_chromium.ts";

Deno.test({
  name: "unpackChromium gives a browser that starts, where the package has one",
  sanitizeOps: false, // Playwright keeps timers of its own
  sanitizeResources: false,
  fn: async () => {
    const program = await unpackChromium();
    const isServed = Deno.build.os === "linux" && Deno.build.arch === "x86_64";
    assert.equal(program !== null, isServed);
    if (program !== null) assert.equal(await whyNotStarting(program), null);
  },
});

Deno.test("whyNotStarting names the program that is missing", async () => {
  const reason = await whyNotStarting({
    executablePath: "/nowhere/chromium",
    env: {},
  });
  assert.match(reason ?? "", /\/nowhere\/chromium/);
});

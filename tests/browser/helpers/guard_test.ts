import assert from "node:assert/strict";
import { assertAccessible } from "./axe.ts";
import { guard } from "./guard.ts";
import { launchFound } from "./launch_found.ts";

const PAGE = `<!doctype html><html lang="en"><title>Misbehaves</title><main><h1>Misbehaves</h1>
<img src="https://example.org/pixel.png">
<script>document.title = "ran"</script>
<p style="color: red">Red</p>
<script src="/misbehave.js"></script></main>`;
const SCRIPT = `console.error("logged"); alert("asked"); throw new Error("thrown")`;

Deno.test({
  name: "guard and axe find what a misbehaving page does",
  sanitizeOps: false, // Playwright keeps timers of its own
  sanitizeResources: false,
  fn: async () => {
    await using site = Deno.serve({
      port: 0,
      hostname: "127.0.0.1",
      onListen: () => {},
    }, respond);
    const browser = await launchFound();
    const context = await browser.newContext();
    const { findings } = await guard(context, []);
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${site.addr.port}/`);
    await assert.rejects(
      () => assertAccessible(page, "this page"),
      /image-alt/,
    );
    await browser.close();
    for (
      const pattern of [
        /^Request to https:\/\/example\.org\/pixel\.png$/,
        /^CSP violation .* script-src-elem blocked inline/,
        /^CSP violation .* style-src-attr blocked inline/,
        /^Console error .* logged$/,
        /^Dialog .* asked$/,
        /^Uncaught .* thrown$/,
      ]
    ) {
      assert(
        findings().some((line) => pattern.test(line)),
        `${pattern} in ${findings()}`,
      );
    }
  },
});

function respond(request: Request): Response {
  if (new URL(request.url).pathname === "/misbehave.js") {
    return new Response(SCRIPT, {
      headers: { "Content-Type": "text/javascript" },
    });
  }
  const csp = "default-src 'self'; img-src *";
  return new Response(PAGE, {
    headers: { "Content-Type": "text/html", "Content-Security-Policy": csp },
  });
}

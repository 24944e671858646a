import assert from "node:assert/strict";
import { escapeExactly } from "../../../views/text/exact.ts";

Deno.test("escapeExactly leaves nothing that a parser or a stream would take for its own", () => {
  assert.equal(
    escapeExactly(`<a href="x" title='y'>&amp;\r\n\0\uFEFFz`),
    "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&#13;\n\uFFFD&#65279;z",
  );
});

Deno.test("escapeExactly keeps other text as it is", () => {
  assert.equal(escapeExactly("  à 😀 {{7*7}}\n\t"), "  à 😀 {{7*7}}\n\t");
});

import assert from "node:assert/strict";
import { loadMarkdown } from "../../../views/text/markdown.ts";

const render = await loadMarkdown();

Deno.test("loadMarkdown ranks headings below the page's, leaving no level out", () => {
  const html = render("# A\n\n### B\n\n## C\n\n# D", 4);
  assert.deepEqual(html.match(/<h\d class="t\d">\w/g), [
    '<h4 class="t1">A',
    '<h5 class="t2">B',
    '<h5 class="t2">C',
    '<h4 class="t1">D',
  ]);
  assert.equal(html.match(/<\/h4>/g)?.length, 2);
});

Deno.test("loadMarkdown shows HTML as text", () => {
  const html = render("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <hx-partial>", 4);
  assert.equal(html.match(/<(?!\/?p>)/g), null);
});

Deno.test("loadMarkdown makes links only to where links may lead, and says so to robots", () => {
  const html = render('[a](https://example.org/?a=1&b=2 "T") <https://example.org>', 4);
  assert.ok(html.includes(
    '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener ugc" title="T">a</a>',
  ));
  for (
    const url of [
      "javascript:alert(1)",
      "JAVASCRIPT:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "data:image/png;base64,AAAA",
      "file:///etc/passwd",
      "&#106;avascript:alert(1)",
    ]
  ) {
    assert.ok(!render(`[x](${url}) ![x](${url}) <${url}>`, 4).includes("<a "), url);
  }
});

Deno.test("loadMarkdown turns images into links, so that showing them asks nobody", () => {
  const html = render("![A map](https://example.org/m.png)", 4);
  assert.equal(
    html,
    '<p><a href="https://example.org/m.png" rel="nofollow noopener ugc">A map</a></p>\n',
  );
  const nested = render("[![A map](https://example.org/m.png)](https://example.org)", 4);
  assert.equal(nested.match(/<a /g)?.length, 1);
  assert.ok(!nested.includes("<img"));
});

Deno.test("loadMarkdown aligns cells without a style attribute", () => {
  const html = render("| a | b |\n|---|--:|\n| 1 | 2 |", 4);
  assert.ok(html.includes('<td align="right">2</td>'));
  assert.ok(!html.includes("style="));
  assert.ok(html.includes('role="region"'));
});

Deno.test("loadMarkdown is done soon with text made to keep it busy", () => {
  for (const text of ["*a_ ".repeat(8000), "[".repeat(50_000), ">".repeat(20_000)]) {
    const start = performance.now();
    render(text, 4);
    assert.ok(performance.now() - start < 5_000, text.slice(0, 8));
  }
});

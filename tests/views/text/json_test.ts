import assert from "node:assert/strict";
import { prettyJson } from "../../../views/text/json.ts";

Deno.test("prettyJson puts keys, strings and numbers on lines of their own and marks them", () => {
  assert.equal(
    String(prettyJson('{"a":[1.50,"b\\"",null],"c":{},"d":[]}')),
    `{
  <span class="k">&quot;a&quot;</span>: [
    <span class="n">1.50</span>,
    <span class="s">&quot;b\\&quot;&quot;</span>,
    <span class="n">null</span>
  ],
  <span class="k">&quot;c&quot;</span>: {},
  <span class="k">&quot;d&quot;</span>: []
}`,
  );
});

Deno.test("prettyJson gives text back that parses to the same value", () => {
  const value = { text: '<b>\u2028\r\n\\ " /', list: [[], [{}], [1e21, -0.5]], "": true };
  const text = String(prettyJson(JSON.stringify(value))).replace(/<[^>]+>/g, "");
  const plain = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
  assert.deepEqual(JSON.parse(plain), value);
});

Deno.test("prettyJson is null for what is not JSON", () => {
  for (const text of ["", "  ", "abc", '{"a": nope}', '{"a": "unended', "<script>"]) {
    assert.equal(prettyJson(text), null, JSON.stringify(text));
  }
});

Deno.test("prettyJson stays in proportion to a deep or a long text", () => {
  const deep = "[".repeat(50_000) + "]".repeat(50_000);
  assert.ok(String(prettyJson(deep)).length < 100 * deep.length);
  const long = JSON.stringify('\\"'.repeat(200_000));
  assert.ok(String(prettyJson(long)).length > long.length);
});

import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { paths } from "../../../routes/paths.ts";
import { startTestSite } from "../../helpers/http.ts";

const { script, stylesheet, page } = paths.embed;

Deno.test("GET /static/embed.js weighs at most 6 KB over the wire", async () => {
  await using site = await startTestSite();
  for (const encoding of ["br", "gzip"]) {
    const answer = await site.get(script(), { "Accept-Encoding": encoding });
    assert.equal(answer.headers.get("Content-Encoding"), encoding);
    const { byteLength } = await answer.arrayBuffer();
    assert.ok(byteLength > 1024 && byteLength <= 6 * 1024, `${byteLength} bytes as ${encoding}`);
  }
});

Deno.test("GET /static/embed.js is a whole script with its stylesheet inside", async () => {
  await using site = await startTestSite();
  const packed = await site.get(script(), { "Accept-Encoding": "gzip" });
  const text = gunzipSync(await packed.arrayBuffer()).toString();
  new Function(text);
  assert.doesNotMatch(text, /\bSTYLES\b|\bimport\b|\/\//, "nothing is left to be put in or loaded");
  assert.ok(text.includes(".cb-status {"));
  assert.doesNotMatch(text, /\b(eval|document\.write|insertAdjacentHTML|outerHTML)\b/);
  assert.equal(text.match(/innerHTML/g)?.length, 1);
});

for (const path of [script(), stylesheet(), page()]) {
  Deno.test(`GET ${path} is for every site, for five minutes, and 304 to those who have it`, async () => {
    await using site = await startTestSite({
      identify: () => Promise.resolve({ type: "nobody" }),
    });
    const answer = await site.get(path, { Origin: "https://elsewhere.example" });
    assert.equal(answer.status, 200);
    const { headers } = answer;
    assert.equal(headers.get("Cache-Control"), "public, max-age=300");
    assert.equal(headers.get("Access-Control-Allow-Origin"), "*");
    assert.equal(headers.get("Cross-Origin-Resource-Policy"), "cross-origin");
    assert.equal(headers.get("Vary"), "Accept-Encoding");
    assert.match(await answer.text(), /callboard/);

    const etag = headers.get("ETag") ?? "";
    const again = await site.get(path, { "If-None-Match": etag });
    assert.equal(again.status, 304);
    assert.equal(again.headers.get("ETag"), etag);
    assert.equal(await again.text(), "");
    const other = await site.get(path, { "If-None-Match": 'W/"0123456789abcdef"' });
    assert.equal((await other.text()).length > 0, true);
  });
}

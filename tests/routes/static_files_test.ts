import assert from "node:assert/strict";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { loadAssets } from "../../routes/static_files.ts";

const files = await loadAssets();
const { stylesheet, sideStylesheet, scripts } = files.assets;
const urls = [stylesheet, ...scripts.map(({ src }) => src)];

for (const url of [...urls, sideStylesheet]) {
  Deno.test(`GET ${url.replace(/^\/static\/\w+/, "/static/:version")} is kept for ever`, async () => {
    const answer = await files.router.request(url);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(answer.headers.get("vary"), "Accept-Encoding");
    assert.equal(answer.headers.get("content-encoding"), null);
    assert.equal(
      answer.headers.get("content-type"),
      url.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
    );
    assert.ok((await answer.text()).length > 1000);
  });
}

const readers = {
  br: { accepts: "gzip, deflate, br", unpack: brotliDecompressSync },
  gzip: { accepts: "gzip, deflate", unpack: gunzipSync },
} as const;

for (const [encoding, { accepts, unpack }] of Object.entries(readers)) {
  Deno.test(`GET /static/:version/:name comes as ${encoding} to those who read it`, async () => {
    for (const url of urls) {
      const plain = await (await files.router.request(url)).text();
      for (const time of ["first", "second"]) {
        const answer = await files.router.request(url, { headers: { "Accept-Encoding": accepts } });
        assert.equal(answer.headers.get("content-encoding"), encoding, time);
        assert.equal(answer.headers.get("vary"), "Accept-Encoding");
        assert.equal(unpack(await answer.arrayBuffer()).toString(), plain);
      }
    }
  });
}

Deno.test("GET /static/:version/:name is not packed for those who refuse it", async () => {
  const headers = { "Accept-Encoding": "br;q=0, gzip;q=0.0" };
  const answer = await files.router.request(urls[0] ?? "", { headers });
  assert.equal(answer.headers.get("content-encoding"), null);
  await answer.body?.cancel();
});

Deno.test("GET /static/:version/:name weighs at most 28 KB for all that a page loads", async () => {
  let bytes = 0;
  for (const url of urls) {
    const answer = await files.router.request(url, { headers: { "Accept-Encoding": "br" } });
    bytes += (await answer.arrayBuffer()).byteLength;
  }
  assert.ok(bytes <= 28 * 1024, `${bytes} bytes`);
});

Deno.test("GET /static/:version/:name is 404 for another version or name", async () => {
  for (
    const url of [
      stylesheet.replace(/[0-9a-f]{16}/, "0123456789abcdef"),
      stylesheet.replace("callboard.css", "tokens.css"),
      stylesheet.replace("callboard.css", "..%2F..%2Fdeno.json"),
      stylesheet.replace("callboard.css", "constructor"),
    ]
  ) assert.equal((await files.router.request(url)).status, 404, url);
});

Deno.test("loadAssets puts every stylesheet into one of two files, layers first", async () => {
  const [main = "", side = ""] = await Promise.all(
    [stylesheet, sideStylesheet].map(async (url) => await (await files.router.request(url)).text()),
  );
  assert.ok(main.startsWith("@layer reset, tokens, base, layout, components, utilities;"));
  const css = main + side;
  assert.ok(!css.includes("@import"));
  for (const { name } of Deno.readDirSync("static/css")) {
    if (["index.css", "side.css"].includes(name)) continue;
    const rules = await Deno.readTextFile(`static/css/${name}`);
    const selector = /^ {2}([^\s/@][^{]*?) \{/m.exec(rules)?.[1]?.split("\n")[0] ?? "";
    assert.ok(css.includes(selector), `${name}: ${selector}`);
  }
});

Deno.test("loadAssets puts the modules together so that they run", async () => {
  const [ours, htmx] = files.assets.scripts;
  assert.deepEqual([ours?.module, htmx?.module], [true, false]);
  const text = await (await files.router.request(ours?.src ?? "")).text();
  for (const { name } of Deno.readDirSync("static/js")) {
    const source = await Deno.readTextFile(`static/js/${name}`);
    assert.ok(!/^\s*(import|export)\b/m.test(source), `${name} stands alone`);
    assert.ok(!/`[^`]*\n[^`]*`/.test(source.replace(/`[^`\n]*`/g, "")), `${name}: text over lines`);
  }
  new Function(text);
  const library = await (await files.router.request(htmx?.src ?? "")).text();
  assert.ok(library.includes('registerExtension("sse"') && library.startsWith("var htmx"));
});

Deno.test("loadAssets changes the URLs with the content only", async () => {
  assert.deepEqual((await loadAssets()).assets, files.assets);
});

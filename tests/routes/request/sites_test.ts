import assert from "node:assert/strict";
import { isSite, MAX_SITES, readSites } from "../../../routes/request/sites.ts";

Deno.test("readSites reads sites as people write them, each once", () => {
  const typed = readSites(
    " https://Example.org/\nHTTP://localhost:3000,https://example.org  https://b.example:443 ",
  );
  assert.deepEqual(typed, {
    ok: true,
    origins: ["https://example.org", "http://localhost:3000", "https://b.example"],
  });
  assert.deepEqual(readSites(" \n"), { ok: true, origins: [] });
});

Deno.test("readSites quotes the first word that is no site", () => {
  for (
    const word of [
      "example.org",
      "https://",
      "https://example.org/path",
      "https://example.org/?q",
      "https://a:b@example.org",
      "ftp://example.org",
      "*",
      "null",
      "'self'",
      "https://*.example.org",
      "https://example.org;script-src",
      "https://example.org'",
      "data:text/html",
    ]
  ) {
    const typed = readSites(`https://fine.example ${word} other`);
    assert.equal(typed.ok, false, word);
    assert.ok(!typed.ok && typed.sentence.startsWith(`Cannot use "${word}"`), word);
  }
});

Deno.test("readSites takes so many sites, and no more", () => {
  const sites = (count: number) =>
    Array.from({ length: count }, (_, i) => `https://${i}.example`).join(" ");
  assert.equal(readSites(sites(MAX_SITES)).ok, true);
  assert.equal(readSites(sites(MAX_SITES + 1)).ok, false);
});

Deno.test("isSite is true of what browsers send as Origin, and of nothing else", () => {
  for (const site of ["https://example.org", "http://127.0.0.1:3000", "http://[::1]:8000"]) {
    assert.equal(isSite(site), true, site);
  }
  for (
    const text of [
      "https://example.org/",
      "https://EXAMPLE.org",
      "https://example.org:443",
      "https://example.org;default-src",
      "https://*.example.org",
      "https://a'b.example",
      "null",
      "",
    ]
  ) assert.equal(isSite(text), false, text);
});

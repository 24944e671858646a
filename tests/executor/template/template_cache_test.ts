import assert from "node:assert/strict";
import { TemplateCache } from "../../../executor/template/template_cache.ts";

function cacheOf(maxLength: number) {
  const made: string[] = [];
  const cache = new TemplateCache<string>(maxLength);
  const get = (text: string) => cache.get(text, () => (made.push(text), text.toUpperCase()));
  return { cache, get, made };
}

Deno.test("TemplateCache makes a value once while it is kept", () => {
  const { get, made } = cacheOf(10);
  assert.deepEqual([get("ab"), get("ab"), get("cd")], ["AB", "AB", "CD"]);
  assert.deepEqual(made, ["ab", "cd"]);
});

Deno.test("TemplateCache drops what was used longest ago", () => {
  const { cache, get, made } = cacheOf(6);
  for (const text of ["aa", "bb", "cc", "aa", "dd", "aa", "bb"]) get(text);
  assert.deepEqual(made, ["aa", "bb", "cc", "dd", "bb"]);
  assert.equal(cache.size, 3);
});

Deno.test("TemplateCache keeps nothing that is longer than all of it", () => {
  const { cache, get } = cacheOf(3);
  assert.equal(get("abcdef"), "ABCDEF");
  assert.equal(cache.size, 0);
  get("ab");
  assert.equal(cache.size, 1);
});

Deno.test("TemplateCache keeps nothing when making fails", () => {
  const cache = new TemplateCache<string>(10);
  const fail = () => {
    throw new RangeError("no");
  };
  assert.throws(() => cache.get("a", fail), RangeError);
  assert.equal(cache.get("a", () => "made"), "made");
});

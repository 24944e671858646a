import assert from "node:assert/strict";
import { hashSecret, newSecret } from "../../../executor/access/secrets.ts";

Deno.test("a secret has 256 random bits behind its prefix", () => {
  const secrets = Array.from({ length: 100 }, () => newSecret("cbk_"));
  for (const secret of secrets) assert.match(secret, /^cbk_[A-Za-z0-9_-]{43}$/);
  assert.equal(new Set(secrets).size, secrets.length);
});

Deno.test("a secret is kept as its SHA-256 in base64url", async () => {
  // The digest of "abc" in FIPS 180-4, appendix B.1.
  assert.equal(await hashSecret("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
});

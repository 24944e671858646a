import assert from "node:assert/strict";
import { addClaims, Claims, personOf } from "../../../routes/access/oidc_person.ts";

const ISSUER = "https://id.example";

function personIn(claims: Record<string, unknown>) {
  return personOf(ISSUER, Claims.parse({ sub: "1", ...claims }));
}

Deno.test("personOf names somebody by the best that is told", () => {
  const all = { name: "Ada", preferred_username: "ada", email: "ada@example.org" };
  assert.equal(personIn(all).name, "Ada");
  assert.equal(personIn({ ...all, name: "  " }).name, "ada");
  assert.equal(personIn({ email: all.email }).name, "ada@example.org");
  assert.equal(personIn({ name: 7, email: null }).name, "1");
});

Deno.test("personOf leaves nothing in a name that would disturb the text around it", () => {
  assert.equal(personIn({ name: "Ada\u202e nimda\n\u0000\u2066" }).name, "Ada nimda");
  assert.equal(personIn({ name: "\u202e", email: "a@example.org" }).name, "a@example.org");
  assert.equal(personIn({ name: "x".repeat(5_000) }).name.length, 200);
});

Deno.test("personOf takes an address as verified only where that is said, in any form", () => {
  assert.equal(personIn({ email: "a@example.org" }).isEmailVerified, null);
  for (const yes of [true, "true"]) {
    assert.equal(personIn({ email: "a@example.org", email_verified: yes }).isEmailVerified, true);
  }
  for (const no of [false, "false", null, 0, "", {}]) {
    assert.equal(personIn({ email: "a@example.org", email_verified: no }).isEmailVerified, false);
  }
});

Deno.test("addClaims keeps an address and whether it is verified together", () => {
  const told = Claims.parse({
    sub: "1",
    name: "Ada",
    email: "b@example.org",
    email_verified: true,
  });
  const own = Claims.parse({ sub: "1", email: "a@example.org", email_verified: false });
  assert.deepEqual(addClaims(own, told), {
    sub: "1",
    name: "Ada",
    preferred_username: undefined,
    email: "a@example.org",
    email_verified: false,
  });
  assert.equal(addClaims(Claims.parse({ sub: "1" }), told).email, "b@example.org");
});

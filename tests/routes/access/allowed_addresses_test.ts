import assert from "node:assert/strict";
import { isAllowedAddress } from "../../../routes/access/allowed_addresses.ts";

const ALLOWED = ["Ada@Example.org", "example.com", "@example.net"];

for (const email of ["ada@example.org", "ADA@EXAMPLE.ORG", "x@example.com", "x@Example.NET"]) {
  Deno.test(`isAllowedAddress takes ${email}`, () => {
    assert.equal(isAllowedAddress(email, ALLOWED), true);
  });
}

const REFUSED = {
  "another person of the domain": "bob@example.org",
  "a domain below an allowed one": "x@mail.example.com",
  "a domain that ends like an allowed one": "x@badexample.com",
  "a domain that begins like an allowed one": "x@example.com.evil.example",
  "two addresses in one": "x@evil.example@example.com",
  "an allowed one before a comma": "ada@example.org,x@evil.example",
  "an allowed one and a line break": "ada@example.org\n",
  "the domain alone": "example.com",
  "nobody at the domain": "@example.com",
  nothing: "",
};

for (const [which, email] of Object.entries(REFUSED)) {
  Deno.test(`isAllowedAddress refuses ${which}`, () => {
    assert.equal(isAllowedAddress(email, ALLOWED), false);
  });
}

Deno.test("isAllowedAddress takes no letter for another one that looks the same when small", () => {
  assert.equal(isAllowedAddress("x@\u212aelvin.example", ["kelvin.example"]), false);
  assert.equal(isAllowedAddress("\u212aay@kelvin.example", ["kay@kelvin.example"]), false);
});

Deno.test("isAllowedAddress lets nobody in where nobody is allowed", () => {
  assert.equal(isAllowedAddress("ada@example.org", []), false);
  assert.equal(isAllowedAddress("ada@example.org", [""]), false);
});

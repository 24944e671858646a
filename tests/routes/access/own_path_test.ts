import assert from "node:assert/strict";
import { ownPath } from "../../../routes/access/own_path.ts";

Deno.test("ownPath takes paths of this site as they are", () => {
  for (
    const path of ["/", "/tasks", "/tasks?status=failed&app=app_1", "/a%20b#c", "/a//b", "/@x"]
  ) {
    assert.equal(ownPath(path), path);
  }
});

Deno.test("ownPath takes nothing that a browser would leave the site with", () => {
  const others = [
    undefined,
    "",
    "tasks",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n\\evil.example",
    "\t//evil.example",
    " //evil.example",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "https://evil.example/",
    "https:evil.example",
    "HTTPS:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "//callboard.invalid@evil.example",
    "?to=//evil.example",
    "@evil.example",
  ];
  for (const other of others) assert.equal(ownPath(other), null, other);
});

Deno.test("ownPath gives nothing that, followed, leads elsewhere", () => {
  const parts = [
    "/",
    "\\",
    ".",
    "..",
    "%2e",
    "%2f",
    "\t",
    "\n",
    "@",
    ":",
    "?",
    "#",
    "evil.example",
  ];
  let taken = 0;
  for (let i = 0; i < parts.length ** 4; i++) {
    const text = "/" + [0, 1, 2, 3]
      .map((place) => parts[Math.floor(i / parts.length ** place) % parts.length]).join("");
    const path = ownPath(text);
    if (path === null) continue;
    taken++;
    assert.equal(new URL(path, "https://here.example/sign-in").host, "here.example", text);
  }
  assert.ok(taken > 1_000);
});

import assert from "node:assert/strict";
import { problemAt } from "../../../executor/definition/problem.ts";

Deno.test("problemAt names four fields within an entry, and no more", () => {
  const definition = { steps: [{ id: "draft" }] };
  const path = ["steps", 0, "config", "mail", "to", 2, "name", "first", "letter"];
  const place = 'Step "draft", config "mail", "to", entry 3, "name"';
  assert.deepEqual(problemAt(path, "is missing", definition), {
    path,
    message: `${place} is missing`,
  });
  assert.equal(
    problemAt(path.slice(0, 7), "there is no such person", definition).message,
    `${place}: there is no such person`,
  );
});

import assert from "node:assert/strict";
import { type Source, versionOf } from "../../routes/packed_file.ts";

Deno.test("versionOf changes with the texts, and with what puts them together", async () => {
  const plain: Source = { kind: "css", texts: ["a", "b"], join: (texts) => texts.join("") };
  const sources: Source[] = [
    plain,
    { ...plain, texts: ["a", "c"] },
    { ...plain, join: (texts) => texts.join("\n") },
  ];
  const versions = await Promise.all(sources.map((source) => versionOf([source])));
  assert.equal(new Set(versions).size, 3);
  assert.equal(await versionOf([plain]), versions[0]);
});

import assert from "node:assert/strict";
import { ANSWER_HEADERS } from "../../../routes/api/answer_headers.ts";
import { openApiDocument } from "../../../routes/api/openapi.ts";
import { paths } from "../../../routes/paths.ts";
import { outputOf } from "../../helpers/definitions.ts";
import { startTestSite } from "../../helpers/http.ts";
import { readOpenApi } from "../../helpers/openapi_reader.ts";

/** The headers that the document tells of, and that this answer carries. */
async function carriedBy(response: Response): Promise<string[]> {
  await response.body?.cancel();
  return ANSWER_HEADERS.filter((name) => response.headers.has(name));
}

Deno.test("answers carry the headers that the document tells of", async () => {
  await using site = await startTestSite({ rates: { tasks: 1, requests: 1_000 } });
  const operations = readOpenApi(JSON.parse(JSON.stringify(openApiDocument())));
  const told = (id: string, status: number) =>
    operations.find((operation) => operation.id === id)?.answer(status)?.headers.toSorted();
  const app = await site.add({ outputs: [outputOf("only")] });
  const start = () =>
    site.postJson(paths.api.appTasks(app.id), {}, {
      "Idempotency-Key": "one",
      "Prefer": "wait=0",
    });
  const first = await (await start()).json();
  (await site.gates.next()).done("the result");
  await site.ended(first.id);
  assert.deepEqual(await carriedBy(await start()), told("startTask", 201));

  const task = await site.get(paths.api.task(first.id), { Prefer: "wait=1" });
  const etag = task.headers.get("ETag") ?? "";
  assert.deepEqual(await carriedBy(task), told("readTask", 200));
  const unchanged = await site.get(paths.api.task(first.id), { "If-None-Match": etag });
  assert.equal(unchanged.status, 304);
  assert.deepEqual(await carriedBy(unchanged), told("readTask", 304));
  const output = await site.get(`${paths.api.taskOutput(first.id, "of_only")}?download`);
  assert.deepEqual(await carriedBy(output), told("readOutput", 200));

  const zipped = await site.postJson(paths.api.appTasks(app.id), {}, {
    "Content-Encoding": "gzip",
  });
  assert.deepEqual(await carriedBy(zipped), told("startTask", 415));

  const refused = await start();
  assert.equal(refused.status, 429);
  assert.deepEqual(await carriedBy(refused), told("startTask", 429));
});

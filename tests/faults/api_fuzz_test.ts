import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { Callboard } from "../../static/callboard_client.ts";
import { ANSWER_HEADERS } from "../../routes/api/answer_headers.ts";
import { createFuzzer, type FuzzedRequest, type Known } from "../helpers/api_fuzzer.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { readOpenApi, type ReadOperation } from "../helpers/openapi_reader.ts";
import { createRandom } from "../helpers/random.ts";
import { SseReader } from "../helpers/sse.ts";

const SEED = 20_261_122;
const CASES = 250;
/** Requests sent together, so that they meet. */
const TOGETHER = 10;

Deno.test(`a server survives ${CASES} requests for each operation of its own document`, async () => {
  await using server = startCallboard({ KV_PATH: ":memory:", LOG_LEVEL: "error" });
  const origin = await server.origin;
  const operations = readOpenApi(await (await fetch(origin + paths.openApi())).json());
  assert.ok(operations.length >= 9);
  const request = createFuzzer(createRandom(SEED), await whatIsThere(origin));
  const answered = new Map<string, number>();
  // What deletes comes last, so that there is something for the others.
  const inOrder = operations.toSorted((a, b) =>
    Number(a.method === "DELETE") - Number(b.method === "DELETE")
  );
  for (const operation of inOrder) {
    for (let sent = 0; sent < CASES; sent += TOGETHER) {
      const requests = Array.from({ length: TOGETHER }, () => request(operation));
      const statuses = await Promise.all(requests.map((each) => send(origin, operation, each)));
      for (const status of statuses) {
        const name = `${operation.id} ${status}`;
        answered.set(name, (answered.get(name) ?? 0) + 1);
      }
    }
  }
  // Both what is right and what is wrong was among them.
  for (
    const name of [
      "startTask 201",
      "startTask 422",
      "startTask 409",
      "forkTask 201",
      "deleteTask 204",
    ]
  ) {
    assert.ok((answered.get(name) ?? 0) > 0, `${name}: ${JSON.stringify([...answered])}`);
  }
  const health = await fetch(origin + paths.health());
  assert.equal(health.status, 200, await health.text());
  server.kill("SIGTERM");
  assert.equal((await server.ended).errors, "");
});

async function whatIsThere(origin: string): Promise<Known> {
  const callboard = new Callboard(origin);
  const apps = (await callboard.apps()).filter(({ name }) =>
    ["Text brief", "Slow count"].includes(name)
  );
  const [brief] = apps;
  assert.ok(brief !== undefined);
  const task = await callboard.run(brief.id, { text: "It is a fine day in Paris." });
  const other = await callboard.start(apps[1]?.id ?? "", { seconds: 60 });
  return {
    appId: apps.map(({ id }) => id),
    id: [task.id, other.id],
    name: task.outputs.map(({ name }) => name),
    input: apps.flatMap(({ inputs }) => inputs.map(({ name }) => name)),
  };
}

/** The status, when the answer was as the document says. */
async function send(
  origin: string,
  operation: ReadOperation,
  { path, ...init }: FuzzedRequest,
): Promise<number> {
  const response = await fetch(origin + path, init);
  const { status } = response;
  const type = response.headers.get("Content-Type")?.split(";")[0] ?? "";
  const what = () => `seed ${SEED}: ${JSON.stringify({ path, ...init })} → ${status} ${type}`;
  assert.ok(status < 500, what());
  const told = operation.answer(status);
  assert.ok(told !== null, what());
  for (const name of ANSWER_HEADERS) {
    assert.ok(!response.headers.has(name) || told.headers.includes(name), `${what()}: ${name}`);
  }
  if (status === 204 || status === 304) {
    await response.body?.cancel();
    return status;
  }
  assert.ok(told.mediaTypes.includes(type), what());
  if (type === "text/event-stream") {
    const reader = new SseReader(response);
    const first = await reader.next();
    assert.ok(["task", "done"].includes(first?.event ?? ""), what());
    JSON.parse(first?.data ?? "");
    await reader.leave();
    return status;
  }
  const text = await response.text();
  if (!type.endsWith("json")) return status;
  try {
    told.check(type, JSON.parse(text));
  } catch (error) {
    throw new Error(`${what()}\n${text.slice(0, 500)}`, { cause: error });
  }
  return status;
}

import assert from "node:assert/strict";
import { generate } from "../../../../executor/steps/generate.ts";
import { Gate, page, refusal, type Reply, stream } from "../../../helpers/model_server.ts";
import { ask, failure, KEY, withServer } from "./asking.ts";

Deno.test("generate: a refused key fails for good, without the key", async () => {
  for (const status of [401, 403]) {
    const error = await failure(refusal(status, `Wrong key:\n ${KEY} \u001b[31m!`));
    assert.equal(error.name, "PermanentError");
    assert.match(error.message, /^The model service at 127\.0\.0\.1:\d+ refused the API key/);
    assert.match(
      error.message,
      new RegExp(`\\(${status}\\): "Wrong key: … \\[31m!"; check MODEL_API`),
    );
  }
});

Deno.test("generate: an unknown model fails for good and is named", async () => {
  const error = await failure(refusal(404, "model not found"), { model: "no-such" });
  assert.equal(error.name, "PermanentError");
  assert.match(
    error.message,
    /knows no model "no-such" \(404\): "model not found"; check MODEL and/,
  );
});

Deno.test("generate: a request the service cannot use fails for good, its words shortened", async () => {
  const error = await failure(refusal(400, "Too long. ".repeat(1000)));
  assert.equal(error.name, "PermanentError");
  assert.match(error.message, /refused the request \(400\): "Too long\. /);
  assert.ok(error.message.length < 450, String(error.message.length));
});

Deno.test("generate: 429 may be tried again, after the time the service asks for", async () => {
  const wait = (value: string) => refusal(429, "Slow down", { headers: { "Retry-After": value } });
  const error = await failure(wait("7"));
  assert.equal(error.name, "RetryableError");
  assert.match(
    error.message,
    /takes no more requests now \(429\): "Slow down"; it asks to wait 7 s/,
  );
  assert.equal(error.retryAfterMs, 7000);
  assert.equal((await failure(wait("Thu, 01 Jan 1970 00:01:30 GMT"))).retryAfterMs, 90_000);
  assert.equal((await failure(wait("soon"))).retryAfterMs, null);
});

Deno.test("generate: 429 for want of credit fails for good", async () => {
  const error = await failure(refusal(429, "No quota", { code: "insufficient_quota" }));
  assert.equal(error.name, "PermanentError");
  assert.match(error.message, /out of credit \(429\): "No quota"/);
});

Deno.test("generate: a service that fails may be tried again", async () => {
  for (const [status, code] of [[500, null], [503, "3"]] as const) {
    const headers = code === null ? undefined : { "Retry-After": code };
    const error = await failure(refusal(status, "Oops", { headers }));
    assert.equal(error.name, "RetryableError");
    assert.match(error.message, new RegExp(`failed \\(${status}\\): "Oops"`));
    assert.equal(error.retryAfterMs, code === null ? null : 3000);
  }
  const html = await failure(page("<h1>Bad gateway</h1>", "text/html", 502));
  assert.match(html.message, /^The model service at [\d.:]+ failed \(502\)$/);
});

Deno.test("generate reads no more of a refusal than it can use, and closes the connection", async () => {
  async function* endless() {
    yield "x".repeat(64 * 1024);
    await new Gate().pass();
  }
  const reply = stream({ parts: endless(), contentType: "application/json" });
  await withServer(reply, async (server) => {
    await assert.rejects(generate.run(ask(server).run), {
      name: "PermanentError",
      message: /answered with "application\/json" where an event stream was wanted: "xxx/,
    });
    assert.equal(await server.requests[0]?.closed, "left");
  });
});

Deno.test("generate: a redirect is not followed", async () => {
  const reply: Reply = () => new Response(null, { status: 307, headers: { Location: "/other" } });
  const error = await failure(reply);
  assert.equal(error.name, "PermanentError");
  assert.match(error.message, /has moved \(307\); set MODEL_BASE_URL/);
});

Deno.test("generate: a web page instead of a stream fails for good and is quoted", async () => {
  const error = await failure(page("<!doctype html><title>Hi</title>", "text/html; charset=utf-8"));
  assert.equal(error.name, "PermanentError");
  assert.match(
    error.message,
    /answered with "text\/html".+"<!doctype html>.+check that MODEL_BASE/,
  );
});

Deno.test("generate: an error with a good status is a failure", async () => {
  const error = await failure(page('{"error":{"message":"Overloaded"}}', "application/json"));
  assert.equal(error.name, "RetryableError");
  assert.match(error.message, /failed: "Overloaded"$/);
});

import assert from "node:assert/strict";
import { ApiClient } from "../helpers/api_client.ts";
import { startCallboard } from "../helpers/callboard_process.ts";

Deno.test("a wrong setting stops the start with one sentence that names it", async () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ PORT: "abc" }, /^Cannot use "abc" as PORT: .*\n$/],
    [{ CONCURRENCY: "0" }, /^Cannot use "0" as CONCURRENCY: .*\n$/],
    [{ KV_PATH: "http://kv.example/" }, /^Cannot use "http:.*" as KV_PATH: .*\n$/],
    [
      { LOG_LEVEL: "loud" },
      /^Cannot use "loud" as LOG_LEVEL: it has to be debug, info, warning or error\n$/,
    ],
    [{ HOST: "0.0.0.0" }, /^Cannot start open to everybody: HOST is .* Set ACCESS_PASSWORD, .*\n$/],
    [{ ACCESS_PASSWORD: "short" }, /^Cannot use this ACCESS_PASSWORD: .* 12 characters\n$/],
    [{ MODEL: "m" }, /^Cannot use MODEL alone: set MODEL_BASE_URL as well\n$/],
  ];
  for (const [settings, sentence] of wrong) {
    await using callboard = startCallboard({ KV_PATH: ":memory:", ...settings });
    callboard.origin.catch(() => {});
    const { code, errors } = await callboard.ended;
    assert.equal(code, 1);
    assert.match(errors, sentence);
  }
});

Deno.test("where the log is for programs, what a start says is a record of it", async () => {
  const json = { KV_PATH: ":memory:", LOG_FORMAT: "json" };
  await using refused = startCallboard({ ...json, PORT: "abc" });
  refused.origin.catch(() => {});
  const { time, ...record } = JSON.parse((await refused.ended).errors);
  assert.ok(Date.parse(time) > 0);
  assert.deepEqual(record, {
    level: "error",
    category: "callboard.start",
    message: 'Cannot use "abc" as PORT: it has to be a whole number from 0 to 65535',
  });

  const PUBLIC_URL = "https://callboard.example.org";
  const warned = { ...json, PUBLIC_URL, ACCESS_PASSWORD: "a long password", LOG_LEVEL: "error" };
  await using started = startCallboard(warned);
  await started.origin;
  started.kill("SIGTERM");
  const { level, message } = JSON.parse((await started.ended).errors);
  assert.equal(level, "warning");
  assert.match(message, /^PUBLIC_URL is ".*", .* TRUSTED_PROXIES is 0: /);
});

Deno.test("a port that is taken stops the start with one sentence that names it", async () => {
  await using first = startCallboard({ KV_PATH: ":memory:" });
  const { port } = new URL(await first.origin);
  await using second = startCallboard({ KV_PATH: ":memory:", PORT: port });
  second.origin.catch(() => {});
  const { code, errors } = await second.ended;
  assert.equal(code, 1);
  assert.match(errors, /^Cannot listen on 127\.0\.0\.1:\d+: .*Set PORT or HOST to another\n$/);
});

Deno.test("a place where no file can be stops the start with one sentence", async () => {
  await using callboard = startCallboard({ KV_PATH: "/dev/null/folder/kv.db" });
  callboard.origin.catch(() => {});
  const { code, errors } = await callboard.ended;
  assert.equal(code, 1);
  assert.match(errors, /^Cannot open "\/dev\/null\/folder\/kv\.db": set KV_PATH to a file .*\n$/);
});

Deno.test("a KV Connect service that is not there stops the start with one sentence", async () => {
  const settings = {
    KV_PATH: "http://ada:lovelace@127.0.0.1:1/database",
    DENO_KV_ACCESS_TOKEN: "token of this test",
  };
  await using callboard = startCallboard(settings);
  callboard.origin.catch(() => {});
  const { code, errors } = await callboard.ended;
  assert.equal(code, 1);
  const sentence = 'Cannot open the database at "127.0.0.1:1": set KV_PATH to the URL of a KV ' +
    "Connect service that runs, and DENO_KV_ACCESS_TOKEN to a token it takes";
  // Older versions of Deno write lines of their own before it.
  assert.ok(errors.split("\n").includes(sentence), errors);
});

Deno.test("KV_PATH=:memory: works, and with it the apps that come along", async () => {
  await using callboard = startCallboard({ KV_PATH: ":memory:" });
  const api = new ApiClient(await callboard.origin);
  const taskId = await api.start(await api.appId("Slow count"), { seconds: 0 });
  const task = await api.ended(taskId);
  assert.equal(task.status, "completed");
  const health = await fetch(`${api.origin}/healthz`);
  assert.deepEqual([health.status, await health.json()], [200, { status: "ok" }]);
});

Deno.test("of two processes on one database file the second stops with a sentence, the first goes on", async () => {
  const folder = await Deno.makeTempDir();
  {
    const settings = { KV_PATH: `${folder}/data/kv.db` };
    await using first = startCallboard(settings);
    const api = new ApiClient(await first.origin);
    const start = performance.now();
    await using second = startCallboard(settings);
    second.origin.catch(() => {});
    const { code, errors } = await second.ended;
    assert.equal(code, 1);
    assert.match(errors, /^Cannot open ".*kv\.db": another Callboard is using it\. Stop that one/);
    assert.equal(errors.trim().split("\n").length, 1);
    assert.ok(performance.now() - start >= 6_000, "it waits for a restart to be over");
    const health = await fetch(`${api.origin}/healthz`);
    assert.deepEqual(await health.json(), { status: "ok" });
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a process that starts while another one stops on its database waits for it", async () => {
  const folder = await Deno.makeTempDir();
  {
    const settings = { KV_PATH: `${folder}/kv.db` };
    await using first = startCallboard(settings);
    await first.origin;
    await using second = startCallboard(settings);
    first.kill("SIGTERM");
    assert.equal((await first.ended).code, 0);
    const response = await fetch(`${await second.origin}/healthz`);
    assert.deepEqual(await response.json(), { status: "ok" });
  }
  await Deno.remove(folder, { recursive: true });
});

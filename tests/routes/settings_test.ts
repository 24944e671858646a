import assert from "node:assert/strict";
import { parseSettings } from "../../routes/settings.ts";

function problemsOf(environment: Record<string, string>): readonly string[] {
  const result = parseSettings(environment);
  return result.ok ? [] : result.problems;
}

Deno.test("parseSettings needs nothing", () => {
  assert.deepEqual(parseSettings({}), {
    ok: true,
    settings: {
      port: 8000,
      host: "127.0.0.1",
      reach: { isLocalOnly: true, publicOrigin: null },
      kvPath: ".data/callboard.db",
      concurrency: 64,
      maxQueued: 100_000,
      retentionDays: null,
      model: null,
      log: { format: "text", level: "info" },
      isTraced: false,
      secrets: [],
    },
  });
});

Deno.test("parseSettings takes what is set, and an empty value for not set", () => {
  const result = parseSettings({
    PORT: "0",
    HOST: "0.0.0.0",
    PUBLIC_URL: "https://callboard.example.org/",
    KV_PATH: ":memory:",
    CONCURRENCY: "1000",
    MAX_QUEUED: "5",
    RETENTION_DAYS: "30",
    MODEL_BASE_URL: "http://127.0.0.1:1234/v1",
    MODEL: "small",
    MODEL_API_KEY: "",
    DENO_KV_ACCESS_TOKEN: "ddo_1",
    LOG_FORMAT: "json",
    LOG_LEVEL: "warning",
    OTEL_DENO: "true",
    UNRELATED: "x",
  });
  assert.deepEqual(result, {
    ok: true,
    settings: {
      port: 0,
      host: "0.0.0.0",
      reach: { isLocalOnly: false, publicOrigin: "https://callboard.example.org" },
      kvPath: ":memory:",
      concurrency: 1000,
      maxQueued: 5,
      retentionDays: 30,
      model: { baseUrl: "http://127.0.0.1:1234/v1", model: "small", apiKey: null },
      log: { format: "json", level: "warning" },
      isTraced: true,
      secrets: ["ddo_1"],
    },
  });
});

Deno.test("parseSettings takes the database that Deno Deploy attaches, unless another is set", () => {
  const kvPathWith = (environment: Record<string, string>) => {
    const result = parseSettings({ DENO_DEPLOYMENT_ID: "abc", ...environment });
    return result.ok ? result.settings.kvPath : undefined;
  };
  assert.equal(kvPathWith({}), null);
  assert.equal(kvPathWith({ KV_PATH: "https://kv.example/x" }), "https://kv.example/x");
});

Deno.test("parseSettings takes a KV Connect service over http:// on this machine alone", () => {
  const open = ["http://127.0.0.1:4512", "http://localhost:4512/", "http://[::1]:4512"];
  for (const url of open) assert.deepEqual(problemsOf({ KV_PATH: url }), []);
  const elsewhere = [
    "http://10.0.0.1:4512",
    "http://127.0.0.1.example",
    "HTTP://kv.example",
    "http:",
  ];
  for (const url of elsewhere) assert.match(problemsOf({ KV_PATH: url })[0] ?? "", /as KV_PATH/);
});

Deno.test("parseSettings refuses what cannot be, in a sentence that names it", () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ PORT: "abc" }, /^Cannot use "abc" as PORT: it has to be a whole number from 0 to 65535$/],
    [{ PORT: "65536" }, /"65536" as PORT/],
    [{ PORT: "-1" }, /"-1" as PORT/],
    [{ PORT: "80.5" }, /"80\.5" as PORT/],
    [{ PUBLIC_URL: "callboard" }, /^Cannot use "callboard" as PUBLIC_URL: .* such as https:/],
    [{ CONCURRENCY: "0" }, /"0" as CONCURRENCY.*from 1 to 1000/],
    [{ CONCURRENCY: "1001" }, /"1001" as CONCURRENCY/],
    [{ KV_PATH: "http://kv.example" }, /"http:\/\/kv\.example" as KV_PATH.*https/],
    [{ MODEL_BASE_URL: "nonsense", MODEL: "m" }, /"nonsense" as MODEL_BASE_URL/],
    [{ MODEL: "m" }, /^Cannot use MODEL alone: set MODEL_BASE_URL as well$/],
    [{ MODEL_BASE_URL: "http://x.example" }, /^Cannot use MODEL_BASE_URL alone: set MODEL/],
  ];
  for (const [environment, sentence] of wrong) {
    const problems = problemsOf(environment);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", sentence);
  }
  assert.equal(problemsOf({ PORT: "x", CONCURRENCY: "x" }).length, 2);
});

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
      reach: { isOwnNamesOnly: true, publicOrigin: null },
      access: { type: "open" },
      rates: { tasks: null, requests: null },
      trustedProxies: 0,
      kvPath: ".data/callboard.db",
      concurrency: 64,
      maxQueued: 100_000,
      retentionDays: null,
      model: null,
      log: { format: "text", level: "info" },
      isTraced: false,
      secrets: [],
      warnings: [],
    },
  });
});

Deno.test("parseSettings takes what is set, and an empty value for not set", () => {
  const result = parseSettings({
    PORT: "0",
    HOST: "0.0.0.0",
    PUBLIC_URL: "https://callboard.example.org/",
    ACCESS_PASSWORD: "correct horse battery",
    TRUSTED_PROXIES: "1",
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
      reach: { isOwnNamesOnly: false, publicOrigin: "https://callboard.example.org" },
      access: { type: "password", password: "correct horse battery" },
      rates: { tasks: 300, requests: 3_000 },
      trustedProxies: 1,
      kvPath: ":memory:",
      concurrency: 1000,
      maxQueued: 5,
      retentionDays: 30,
      model: { baseUrl: "http://127.0.0.1:1234/v1", model: "small", apiKey: null },
      log: { format: "json", level: "warning" },
      isTraced: true,
      secrets: ["ddo_1", "correct horse battery"],
      warnings: [],
    },
  });
});

Deno.test("parseSettings takes the database that Deno Deploy attaches, unless another is set", () => {
  const kvPathWith = (environment: Record<string, string>) => {
    const result = parseSettings({ DENO_DEPLOYMENT_ID: "abc", ACCESS: "open", ...environment });
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

const OIDC = {
  OIDC_ISSUER: "https://id.example.org/realm",
  OIDC_CLIENT_ID: "callboard",
  OIDC_CLIENT_SECRET: "the client's secret",
  OIDC_ALLOWED: " Ada@Example.org, example.com,@example.net ",
};

Deno.test("parseSettings lets in everybody on loopback alone, unless it is told to", () => {
  const local: Record<string, string>[] = [{}, { HOST: "localhost" }, { HOST: "::1" }, {
    PUBLIC_URL: "http://localhost:81",
  }];
  for (const environment of local) assert.deepEqual(problemsOf(environment), []);
  const exposed: [Record<string, string>, RegExp][] = [
    [
      { HOST: "0.0.0.0" },
      /^Cannot start open to everybody: HOST is "0\.0\.0\.0", which others reach/,
    ],
    [{ HOST: "::" }, /HOST is "::"/],
    [{ HOST: "127.0.0.1.example" }, /HOST is/],
    [{ DENO_DEPLOYMENT_ID: "abc" }, /it runs on Deno Deploy\. Set ACCESS_PASSWORD, or the OIDC/],
    [
      { PUBLIC_URL: "https://callboard.example.org" },
      /PUBLIC_URL is "https:.*or ACCESS=open where/,
    ],
  ];
  const ways: Record<string, string>[] = [
    { ACCESS: "open" },
    { ACCESS_PASSWORD: "twelve chars" },
    OIDC,
  ];
  for (const [environment, sentence] of exposed) {
    assert.match(problemsOf(environment).join(), sentence);
    for (const chosen of ways) {
      assert.deepEqual(problemsOf({ ...environment, ...chosen }), []);
    }
  }
});

Deno.test("parseSettings warns where a proxy stands before it that it does not believe", () => {
  const warningsOf = (environment: Record<string, string>) => {
    const result = parseSettings({ ACCESS_PASSWORD: "twelve chars", ...environment });
    assert.ok(result.ok);
    return result.settings.warnings.join();
  };
  const PUBLIC_URL = "https://callboard.example.org";
  assert.match(warningsOf({ PUBLIC_URL }), /^PUBLIC_URL is "https:.* TRUSTED_PROXIES is 0: /);
  assert.match(warningsOf({ PUBLIC_URL, HOST: "0.0.0.0" }), /TRUSTED_PROXIES is 0/);
  assert.match(warningsOf({ PUBLIC_URL: "http://callboard.lan" }), /TRUSTED_PROXIES is 0/);
  const fine: Record<string, string>[] = [
    {},
    { PUBLIC_URL, TRUSTED_PROXIES: "1" },
    { PUBLIC_URL, DENO_DEPLOYMENT_ID: "abc" },
    { PUBLIC_URL: "http://localhost:81" },
    { PUBLIC_URL: "http://callboard.lan", HOST: "0.0.0.0" },
  ];
  for (const environment of fine) assert.equal(warningsOf(environment), "");
});

Deno.test("parseSettings keeps to names that are known, on loopback and where all is open", () => {
  const keepsTo = (environment: Record<string, string>) => {
    const result = parseSettings(environment);
    return result.ok && result.settings.reach.isOwnNamesOnly;
  };
  assert.equal(keepsTo({ ACCESS_PASSWORD: "twelve chars" }), true);
  assert.equal(keepsTo({ HOST: "0.0.0.0", ACCESS: "open" }), true);
  assert.equal(keepsTo({ HOST: "0.0.0.0", ACCESS_PASSWORD: "twelve chars" }), false);
  assert.equal(keepsTo({ DENO_DEPLOYMENT_ID: "abc", ACCESS: "open" }), false);
});

Deno.test("parseSettings reads the OIDC settings, which belong together", () => {
  const result = parseSettings(OIDC);
  assert.deepEqual(result.ok && result.settings.access, {
    type: "oidc",
    issuer: "https://id.example.org/realm",
    clientId: "callboard",
    clientSecret: "the client's secret",
    allowed: ["ada@example.org", "example.com", "@example.net"],
  });
  assert.deepEqual(result.ok && result.settings.secrets, ["the client's secret"]);
  for (const name of Object.keys(OIDC)) {
    const sentence = problemsOf({ ...OIDC, [name]: "" }).join();
    assert.equal(sentence, `Cannot use the OIDC settings in part: set ${name} as well`);
  }
  assert.deepEqual(problemsOf({ ...OIDC, OIDC_ISSUER: "http://127.0.0.1:81" }), []);
  const trusting = parseSettings({ ...OIDC, OIDC_TRUST_EMAIL: "true" });
  assert.ok(trusting.ok && trusting.settings.access.type === "oidc");
  assert.equal(trusting.settings.access.isEmailTrusted, true);
});

Deno.test("parseSettings refuses access that cannot be, and repeats no password", () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ ACCESS: "closed" }, /^Cannot use "closed" as ACCESS: it has to be open, /],
    [{ ACCESS_PASSWORD: "eleven char" }, /^Cannot use this ACCESS_PASSWORD: .* 12 characters$/],
    [
      { ACCESS: "open", ACCESS_PASSWORD: "twelve chars" },
      /^Cannot use ACCESS=open and ACCESS_PASSWORD together: set one of them$/,
    ],
    [{ ...OIDC, ACCESS_PASSWORD: "twelve chars" }, /ACCESS_PASSWORD and OIDC_ISSUER together/],
    [{ ...OIDC, OIDC_ISSUER: "http://id.example.org" }, /has to be an https:\/\/ URL$/],
    [{ ...OIDC, OIDC_ISSUER: "id.example.org" }, /"id\.example\.org" as OIDC_ISSUER: .* a URL/],
    [{ ...OIDC, OIDC_ALLOWED: "ada@example.org, bob" }, /^Cannot use "bob" in OIDC_ALLOWED/],
    [{ ...OIDC, OIDC_ALLOWED: "," }, /^Cannot use "," in OIDC_ALLOWED/],
    [{ ...OIDC, OIDC_TRUST_EMAIL: "yes" }, /"yes" as OIDC_TRUST_EMAIL: it has to be true, /],
    [{ TRUSTED_PROXIES: "all" }, /"all" as TRUSTED_PROXIES: it has to be a whole number/],
  ];
  for (const [environment, sentence] of wrong) {
    const problems = problemsOf(environment);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", sentence);
    assert.doesNotMatch(problems[0] ?? "", /eleven|twelve|client's/);
  }
});

Deno.test("parseSettings limits what one sender may do where others than this machine come in", () => {
  const ratesOf = (environment: Record<string, string>) => {
    const result = parseSettings(environment);
    assert.ok(result.ok);
    return result.settings.rates;
  };
  const usual = { tasks: 300, requests: 3_000 };
  assert.deepEqual(ratesOf({}), { tasks: null, requests: null });
  assert.deepEqual(ratesOf({ HOST: "0.0.0.0", ACCESS: "open" }), usual);
  assert.deepEqual(ratesOf({ ACCESS_PASSWORD: "correct horse battery" }), usual);
  assert.deepEqual(ratesOf({ RATE_LIMIT_TASKS: "5" }), { tasks: 5, requests: null });
  assert.deepEqual(parseSettings({ RATE_LIMIT_REQUESTS: "0" }), {
    ok: false,
    problems: [
      'Cannot use "0" as RATE_LIMIT_REQUESTS: it has to be a whole number from 1 to 1000000',
    ],
  });
});

import assert from "node:assert/strict";
import { paths } from "../../../routes/paths.ts";
import { BareReader } from "../../helpers/bare_reader.ts";
import { startTestSite, type TestSite, type TestSiteOptions } from "../../helpers/http.ts";

const ACCESS = { type: "password", password: "correct horse battery" } as const;

async function answers(
  hosts: readonly string[],
  options: TestSiteOptions,
  path = paths.tasks(),
): Promise<{ readonly statuses: (number | null)[]; readonly errors: TestSite["errors"] }> {
  await using site = await startTestSite(options);
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, site.fetch);
  const statuses = [];
  for (const host of hosts) {
    const headers = { Host: host, Accept: "text/html", Connection: "close" };
    const reader = await BareReader.ask(`http://127.0.0.1:${server.addr.port}`, path, headers);
    statuses.push(await reader.status());
    reader.close();
  }
  return { statuses, errors: site.errors };
}

Deno.test("a Host that is none is 400, whoever asks, and chooses no path", async () => {
  const hosts = [
    "[",
    "127.0.0.1/healthz?",
    "a b",
    "me@a.test",
    "a.test#",
    "a.test:99999",
    "1.2.3.4.5",
  ];
  for (const options of [{}, { access: ACCESS }]) {
    const { statuses, errors } = await answers(hosts, options);
    assert.deepEqual(statuses, hosts.map(() => 400));
    assert.deepEqual(errors, []);
  }
});

Deno.test("a host in the first line that is none is 400", async () => {
  for (const url of ["http://[/tasks", "http://me:pw@a.test/tasks"]) {
    const { statuses, errors } = await answers(["a.test"], { access: ACCESS }, url);
    assert.deepEqual(statuses, [400], url);
    assert.deepEqual(errors, []);
  }
});

Deno.test("names and addresses are hosts, with or without a port", async () => {
  const hosts = [
    "callboard.test",
    "Callboard.test:8000",
    "callboard_1:80",
    "127.0.0.1:65535",
    "[::1]",
    "[::ffff:7f00:1]:8000",
    "callboard.test.:",
  ];
  assert.deepEqual((await answers(hosts, {})).statuses, hosts.map(() => 200));
});

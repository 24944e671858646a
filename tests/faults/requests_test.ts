import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import { PERMISSIONS } from "../../routes/permissions.ts";
import { startCallboard } from "../helpers/callboard_process.ts";
import { startTestSite, type TestSite } from "../helpers/http.ts";
import { createRouteRequests, initOf, type RouteRequest } from "../helpers/route_requests.ts";
import { Stored } from "../helpers/stored.ts";

const FORM = "application/x-www-form-urlencoded";
const encoder = new TextEncoder();

/** Routes that do what they do whatever the body is, and do not read it. */
const BODILESS = /\/(cancellation|deletion|revocation)$|^DELETE |^POST \/sign-out$/;
/** A blank app needs no form. */
const OPTIONAL = "POST /studio";
/** More garbage than the collector has been seen to leave. */
const MOST_ROUNDS = 25;

interface Spoiled {
  readonly init: RequestInit;
  readonly statuses: readonly number[];
}

/** Ways to spoil a request that would be taken. */
const FAULTS: Readonly<Record<string, (request: RouteRequest) => Spoiled>> = {
  "from another site": (request) => sent(request, { Origin: "https://evil.example" }, [403]),
  "from a site without a name": (request) => sent(request, { Origin: "null" }, [403]),
  "a cross-site form": (request) =>
    sent(request, { "Sec-Fetch-Site": "cross-site", "Content-Type": FORM }, [403]),
  "a forged X-Forwarded-For, from another site": (request) =>
    sent(request, { Origin: "https://evil.example", "X-Forwarded-For": "127.0.0.1, ::1" }, [403]),
  "a wrong content type": (request) => body(request, "a", [415], "text/plain"),
  "no content type": (request) => body(request, "a", [415], null),
  "a field twice": (request) => body(request, both(request, "a=1&a=2", '{"a":1,"a":2}'), [400]),
  "text that is no UTF-8": (request) =>
    body(request, both(request, "a=%ff", new Uint8Array([0x7b, 0xff, 0x7d])), [400]),
  "half a million fields": (request) => body(request, fields(request, 500_000), [400, 413]),
  "five thousand fields": (request) => body(request, fields(request, 5_000), [400]),
  "more than the limit, in chunks": (request) => body(request, endless(9), [413]),
};

Deno.test("what is wrong with a request is 4xx at every route, and changes nothing", async () => {
  await using site = await startTestSite();
  const requestOf = createRouteRequests(site);
  const changing = Object.keys(PERMISSIONS).filter((route) => /^(POST|DELETE) /.test(route));
  const wrong: string[] = [];
  const answers = new Map<number, number>();
  for (const route of changing) {
    const request = await requestOf(route);
    const before = await stateOf(site);
    for (const [fault, spoil] of Object.entries(FAULTS)) {
      const { init, statuses } = spoil(request);
      const isOfBody = !statuses.includes(403);
      if (isOfBody && BODILESS.test(route)) continue;
      if (route === OPTIONAL && fault === "no content type") continue;
      const response = await site.request(request.path, init);
      await response.body?.cancel();
      const { status } = response;
      answers.set(status, (answers.get(status) ?? 0) + 1);
      // What is not there is said before its body is read.
      const isRight = statuses.includes(status) || (isOfBody && status === 404);
      if (!isRight) wrong.push(`${route}, ${fault}: ${status}`);
    }
    if (await stateOf(site) !== before) wrong.push(`${route}: something was written`);
  }
  console.log(`${changing.length} routes, answers by status: ${JSON.stringify([...answers])}`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(site.errors, []);
});

Deno.test("bodies without end and bodies of a million fields leave a server as it was", async () => {
  await using server = startCallboard({ KV_PATH: ":memory:", LOG_LEVEL: "error" });
  const origin = await server.origin;
  const { apps } = await (await fetch(origin + paths.api.apps())).json();
  const url = origin + paths.api.appTasks(apps[0].id);
  const statuses = new Map<number, number>();
  const send = async (body: BodyInit, type = "application/json") => {
    const init = { method: "POST", headers: { "Content-Type": type }, body };
    const response = await fetch(url, init).catch(() => null);
    await response?.body?.cancel();
    const status = response?.status ?? 0;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const many = fields({ method: "POST", path: "", json: {} }, 300_000);
  const round = async () => {
    for (let i = 0; i < 10; i++) {
      await Promise.all([send(endless(32)), send(many), send("[".repeat(4_000_000))]);
    }
  };
  const megabytes: number[] = [];
  // What is not needed any more goes when the collector likes: after a leak it never does.
  const isBack = () =>
    megabytes.length >= 6 && (megabytes.at(-1) ?? 0) < Math.max(...megabytes.slice(0, 3)) * 1.5;
  while (!isBack() && megabytes.length < MOST_ROUNDS) {
    await round();
    megabytes.push(Math.round(await residentBytes(origin) / 2 ** 20));
  }
  console.log(`answers by status: ${JSON.stringify([...statuses])}; MB: ${megabytes.join()}`);
  // A connection may be cut while its body is still being sent.
  assert.deepEqual([...statuses.keys()].filter((status) => ![0, 400, 413].includes(status)), []);
  assert.ok((statuses.get(400) ?? 0) >= 120);
  assert.ok(isBack(), `it grows: ${megabytes.join()} MB`);
  const health = await fetch(origin + paths.health());
  await health.body?.cancel();
  assert.equal(health.status, 200);
  const { tasks } = await (await fetch(origin + paths.api.tasks())).json();
  assert.deepEqual(tasks, []);
});

function sent(
  request: RouteRequest,
  headers: Record<string, string>,
  statuses: readonly number[],
): Spoiled {
  return { init: initOf(request, headers), statuses };
}

function body(
  { method, json }: RouteRequest,
  content: BodyInit,
  statuses: readonly number[],
  type: string | null = json === undefined ? FORM : "application/json",
): Spoiled {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  const headers: Record<string, string> = type === null ? {} : { "Content-Type": type };
  return { init: { method, headers, body: bytes, redirect: "manual" }, statuses };
}

function both<Form, Json>({ json }: RouteRequest, form: Form, text: Json): Form | Json {
  return json === undefined ? form : text;
}

function fields(request: RouteRequest, count: number): string {
  const names = Array.from({ length: count }, (_, i) => i.toString(36));
  return both(
    request,
    names.map((name) => `${name}=1`).join("&"),
    `{"inputs":{${names.map((name) => `"${name}":1`).join()}}}`,
  );
}

/** So many mebibytes of spaces, made as they are read. */
function endless(mebibytes: number): ReadableStream<Uint8Array> {
  const piece = encoder.encode(" ".repeat(2 ** 16));
  let left = mebibytes * 16;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(piece);
      else controller.close();
    },
  });
}

/** All that is stored, but for what is counted of who asks. */
async function stateOf({ kv }: TestSite): Promise<string> {
  await kv.idle();
  const { entries } = await Stored.read(kv);
  const kept = entries.filter(({ key }) => key[0] !== "limit");
  return JSON.stringify(kept.map(({ key, value }) => [key, value]));
}

async function residentBytes(origin: string): Promise<number> {
  const text = await (await fetch(origin + paths.metrics())).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}

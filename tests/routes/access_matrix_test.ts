import assert from "node:assert/strict";
import type { Permission } from "../../routes/access/identity.ts";
import { needsOf, PERMISSIONS } from "../../routes/permissions.ts";
import { type Caller, createCallers } from "../helpers/callers.ts";
import { startTestSite } from "../helpers/http.ts";
import { createRouteRequests, initOf, type RouteRequest } from "../helpers/route_requests.ts";
import { PROVIDER_ACCESS, signInAs } from "../helpers/signed_in.ts";

/** What a request can say of itself, and which counts for nothing. */
const CLAIMS = {
  role: "admin",
  isAdmin: "true",
  scopes: "admin",
  identity: "open",
  user: "keeper",
};
const CLAIMING_HEADERS = {
  "X-Forwarded-User": "keeper",
  "X-Forwarded-For": "127.0.0.1",
  "X-Role": "admin",
  "X-HTTP-Method-Override": "GET",
};
/** What a refused request may write: what is counted, what was done, and when a key was used. */
const BESIDES = new Set(["limit", "audit", "audit_of", "audit_in", "audit_by", "api_key"]);

const SIGN_OUT = "POST /sign-out";

/** A site that listens on loopback. */
async function startServed(access?: typeof PROVIDER_ACCESS) {
  const site = await startTestSite({ access });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, site.fetch);
  const origin = `http://127.0.0.1:${server.addr.port}`;
  return {
    site,
    requests: createRouteRequests(site),
    async ask(request: RouteRequest, headers: HeadersInit = {}) {
      const response = await fetch(origin + request.path, initOf(request, headers));
      await response.body?.cancel();
      return response;
    },
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await site[Symbol.asyncDispose]();
    },
  };
}
type Served = Awaited<ReturnType<typeof startServed>>;

/** Signing out comes last: whoever does it is nobody from then on. */
const ROUTES = Object.keys(PERMISSIONS)
  .map((route) => [route, needsOf(route) ?? []] as const)
  .toSorted(([one], [other]) => Number(one === SIGN_OUT) - Number(other === SIGN_OUT));

Deno.test("every route answers each caller as the table says, and none by mistake", async () => {
  await using open = await startServed();
  await using guarded = await startServed(PROVIDER_ACCESS);
  const callers = await createCallers(guarded.site);
  const lines = [matrixHead(callers)];
  const wrong: string[] = [];
  for (const [route, needs] of ROUTES) {
    // Where everybody may do everything, a route says how it answers whom it lets in.
    const anybody = (await open.ask(await open.requests(route))).status;
    if (anybody >= 400 && !needs.includes("public")) {
      wrong.push(`${route} where all is open: ${anybody}`);
    }
    const statuses: number[] = [];
    for (const caller of callers) {
      const { status } = await guarded.ask(await guarded.requests(route), caller.headers);
      statuses.push(status);
      if (!isRight(status, { caller, needs, anybody })) {
        wrong.push(`${route} for ${caller.name}: ${status}`);
      }
    }
    lines.push(matrixLine(route, needs, [anybody, ...statuses]));
  }
  console.log(lines.join("\n"));
  assert.deepEqual(wrong, []);
  // The provider, at whose place nobody is, was asked for each of them once.
  const errors = [...open.site.errors, ...guarded.site.errors].map(String);
  assert.deepEqual(errors.filter((error) => !error.includes("Cannot sign in with")), []);
  console.log(`${ROUTES.length} routes × ${callers.length + 1} callers`);
});

/** Kept by its reader alone, and asked about before each use. */
const KEPT: Readonly<Record<string, string>> = { "GET /api/v1/tasks/:id": "private, no-cache" };

Deno.test("nothing keeps a copy of what belongs to somebody", async () => {
  await using guarded = await startServed(PROVIDER_ACCESS);
  const { headers } = await signInAs(guarded.site, "admin");
  const routes = ROUTES.filter(([, needs]) => !needs.includes("public"));
  assert.ok(routes.length > ROUTES.length / 2);
  for (const [route] of routes) {
    const answer = await guarded.ask(await guarded.requests(route), { ...headers });
    assert.ok(answer.status < 400, `${route}: ${answer.status}`);
    const kept = answer.headers.get("Cache-Control")?.replace(", no-transform", "");
    assert.equal(kept, KEPT[route] ?? "no-store", route);
  }
  console.log(`${routes.length} routes`);
});

Deno.test("what a request says of itself lets nobody in, and a refusal changes nothing", async () => {
  await using guarded = await startServed(PROVIDER_ACCESS);
  const callers = await createCallers(guarded.site);
  let refused = 0;
  for (const [route, needs] of ROUTES) {
    for (const caller of callers.filter((caller) => !mayAll(caller, needs))) {
      const request = claiming(await guarded.requests(route));
      await guarded.site.kv.idle();
      const before = guarded.site.kv.commits.length;
      const headers = { ...CLAIMING_HEADERS, ...caller.headers };
      const response = await guarded.ask(request, headers);
      assert.equal(response.status, caller.isKnown ? 403 : 401, `${route} for ${caller.name}`);
      assert.equal(response.headers.get("Cache-Control"), "no-store", route);
      assert.equal(response.headers.has("WWW-Authenticate"), !caller.isKnown);
      assert.equal(response.headers.get("Set-Cookie"), null);
      assert.deepEqual(written(guarded, before), [], `${route} for ${caller.name}`);
      refused++;
    }
  }
  assert.ok(refused > ROUTES.length, "most routes refuse somebody");
  console.log(`${refused} refusals, nothing written by any`);
});

/** The request with every field somebody might try, wherever it goes. */
function claiming({ method, path, form, json }: RouteRequest): RouteRequest {
  const claimed = path + (path.includes("?") ? "&" : "?") + new URLSearchParams(CLAIMS);
  if (json !== undefined) return { method, path: claimed, json: { ...CLAIMS, ...Object(json) } };
  return { method, path: claimed, form: form && { ...CLAIMS, ...form } };
}

/** The kinds of keys that were written since, but for what anybody's request may write. */
function written({ site }: Served, since: number): string[] {
  return site.kv.commits.slice(since)
    .flatMap(({ mutations }) => mutations.map(({ key }) => String(key[0])))
    .filter((kind) => !BESIDES.has(kind));
}

function isRight(
  status: number,
  { caller, needs, anybody }: {
    readonly caller: Caller;
    readonly needs: readonly Permission[];
    readonly anybody: number;
  },
): boolean {
  // Whom such a route lets in is its own business, and what its own tests are about.
  if (needs.includes("public")) return status !== 500;
  if (mayAll(caller, needs)) return isSame(status, anybody, caller);
  return status === (caller.isKnown ? 403 : 401);
}

/** The same but for a body: whoever may not read gets none. */
function isSame(status: number, anybody: number, { may }: Caller): boolean {
  return status === anybody || (status === 204 && anybody === 200 && !may.includes("read"));
}

function mayAll({ may }: Caller, needs: readonly Permission[]): boolean {
  return needs.every((each) => may.includes(each));
}

function matrixHead(callers: readonly Caller[]): string {
  const names = ["open", ...callers.map(({ name }) => name)];
  const list = names.map((name, i) => `${String.fromCharCode(97 + i)} ${name}`).join(", ");
  const letters = names.map((_, i) => `  ${String.fromCharCode(97 + i)} `).join("");
  return `${list}\n${"".padEnd(51)}${letters}`;
}

function matrixLine(route: string, needs: readonly string[], statuses: readonly number[]): string {
  return `${route.padEnd(42)}${needs.join("+").padEnd(9)}${
    statuses.map((each) => ` ${each}`).join("")
  }`;
}

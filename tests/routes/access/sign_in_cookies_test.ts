import assert from "node:assert/strict";
import { Hono } from "hono";
import { type BegunSignIn, keepBegun, takeBegun } from "../../../routes/access/sign_in_cookies.ts";

const TEN_MINUTES = 10 * 60 * 1_000;

Deno.test("takeBegun gives back what keepBegun kept, once", async () => {
  const browser = startBrowser();
  const begun = beginAs("a", { to: "/tasks?status=failed" });
  await browser.keep(begun);
  assert.deepEqual(await browser.take(begun.transaction.state), begun);
  assert.equal(await browser.take(begun.transaction.state), null);
});

Deno.test("takeBegun gives nothing for another state, even one that begins alike", async () => {
  const browser = startBrowser();
  const { transaction: { state } } = await browser.keep(beginAs("a"));
  assert.equal(await browser.take(`${state.slice(0, -1)}b`), null);
  await browser.keep(beginAs("a"));
  assert.equal(await browser.take(""), null);
  assert.equal(await browser.take("; Path=/"), null);
});

Deno.test("takeBegun gives nothing to a browser that began nothing, nor for what it did not keep", async () => {
  const { transaction: { state } } = await startBrowser().keep(beginAs("a"));
  const browser = startBrowser();
  assert.equal(await browser.take(state), null);
  for (const kept of ["nothing", "{}", `{"transaction":{"state":"${state}"},"begunAt":0}`]) {
    browser.cookies.set(`callboard_sign_in_${state.slice(0, 10)}`, btoa(kept).replace(/=+$/, ""));
    assert.equal(await browser.take(state), null, kept);
  }
});

Deno.test("takeBegun gives nothing after ten minutes", async () => {
  const browser = startBrowser();
  const { transaction: { state } } = await browser.keep(beginAs("a"));
  assert.equal(await browser.take(state, TEN_MINUTES), null);
  await browser.keep(beginAs("a"));
  assert.ok(await browser.take(state, TEN_MINUTES - 1));
});

Deno.test("keepBegun keeps the sign-ins of several tabs apart, the latest four of them", async () => {
  const browser = startBrowser();
  for (const [i, name] of [..."abcdef"].entries()) {
    await browser.keep(beginAs(name, { begunAt: i }));
  }
  const taken = [];
  for (const name of "abcdef") taken.push(await browser.take(beginAs(name).transaction.state));
  assert.deepEqual(taken.map((each) => each?.begunAt ?? null), [null, null, 2, 3, 4, 5]);
});

Deno.test("keepBegun hides its cookie from scripts, and binds it to this host where it is secure", async () => {
  const open = startBrowser();
  await open.keep(beginAs("a"));
  assert.match(open.headers[0] ?? "", /; HttpOnly/);
  assert.match(open.headers[0] ?? "", /; SameSite=Lax/);
  assert.match(open.headers[0] ?? "", /; Max-Age=600/);
  const secure = startBrowser(true);
  const { transaction: { state } } = await secure.keep(beginAs("a"));
  assert.match(secure.headers[0] ?? "", /^__Host-callboard_sign_in_.*; Path=\/.*; Secure/);
  assert.ok(await secure.take(state));
  assert.match(secure.headers[1] ?? "", /^__Host-.*Max-Age=0;.*; Secure/);
});

/** A sign-in; its state is as long as a real one. */
function beginAs(letter: string, changes: Partial<BegunSignIn> = {}): BegunSignIn {
  const transaction = { state: letter.repeat(43), nonce: "nonce", verifier: "verifier" };
  return { transaction, to: "/tasks", begunAt: 0, ...changes };
}

/** A jar of cookies before a server that does nothing else. */
function startBrowser(isSecure = false) {
  const cookies = new Map<string, string>();
  const headers: string[] = [];
  let begun = beginAs("?");
  const app = new Hono()
    .post("/", (c) => {
      keepBegun(c, begun, isSecure);
      return c.body(null, 204);
    })
    .get("/", (c) => {
      const now = Number(c.req.query("now"));
      return c.json(takeBegun(c, c.req.query("state") ?? "", { isSecure, now }));
    });

  async function request(url: string, method: string): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await app.request(url, { method, headers: { Cookie: cookie } });
    for (const header of response.headers.getSetCookie()) {
      headers.push(header);
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/Max-Age=0/.test(header)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  return {
    cookies,
    headers,
    async keep(next: BegunSignIn) {
      begun = next;
      await request("/", "POST");
      return next;
    },
    async take(state: string, now = 0): Promise<BegunSignIn | null> {
      const response = await request(`/?${new URLSearchParams({ state, now: `${now}` })}`, "GET");
      return await response.json();
    },
  };
}

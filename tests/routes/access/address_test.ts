import assert from "node:assert/strict";
import { Hono } from "hono";
import { addressOf } from "../../../routes/access/address.ts";

const CONNECTION = { remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 4711 } };

async function addressWith(proxies: number, forwarded: string | null, env: object = CONNECTION) {
  const app = new Hono().get("/", (c) => c.json({ address: addressOf(c, proxies) }));
  const headers: HeadersInit = forwarded === null ? {} : { "X-Forwarded-For": forwarded };
  const response = await app.request("/", { headers }, env);
  return (await response.json()).address;
}

Deno.test("addressOf believes the connection, whatever a client says", async () => {
  assert.equal(await addressWith(0, null), "192.0.2.1");
  assert.equal(await addressWith(0, "10.0.0.1"), "192.0.2.1");
  assert.equal(await addressWith(0, null, {}), null);
});

Deno.test("addressOf believes of X-Forwarded-For what trusted proxies have added", async () => {
  assert.equal(await addressWith(1, "10.0.0.1"), "10.0.0.1");
  assert.equal(await addressWith(1, "forged, 10.0.0.1"), "10.0.0.1");
  assert.equal(await addressWith(2, "forged, 10.0.0.1, 10.0.0.2"), "10.0.0.1");
  assert.equal(await addressWith(2, "10.0.0.2"), "192.0.2.1", "it came around the first proxy");
  assert.equal(await addressWith(1, ""), "192.0.2.1");
  assert.equal(await addressWith(1, null), "192.0.2.1");
});

Deno.test("addressOf leaves out a port that a proxy has added, by which nobody is known again", async () => {
  assert.equal(await addressWith(1, "forged, 10.0.0.1:4711"), "10.0.0.1");
  assert.equal(await addressWith(1, "[2001:db8::1]:4711"), "2001:db8::1");
  assert.equal(await addressWith(1, "[2001:db8::1]"), "2001:db8::1");
  assert.equal(await addressWith(1, "2001:db8::4711"), "2001:db8::4711");
  assert.equal(await addressWith(1, "unknown"), "unknown");
});

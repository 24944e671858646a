/** The least that serves a page: what a start of the app is compared with. */
Deno.serve(
  { port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1", onListen: () => {} },
  () => new Response("<!DOCTYPE html><p>Hello</p>", { headers: { "Content-Type": "text/html" } }),
);

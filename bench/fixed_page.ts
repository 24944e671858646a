/** The least that serves the page in the file `PAGE`: what a page of the app is compared with. */
const page = await Deno.readTextFile(Deno.env.get("PAGE") ?? "");

// Older versions of Deno compress by themselves and do not know the option.
const compression = { automaticCompression: true };
Deno.serve({
  ...compression,
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
}, () => new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } }));

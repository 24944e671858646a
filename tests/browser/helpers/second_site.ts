/** Another web site on a port of its own, with whatever pages a test puts there. */
export interface SecondSite {
  /** Such as `http://127.0.0.1:41234`. */
  readonly origin: string;
  /** Puts HTML at this path, as a page of this site's own look; its address. */
  page(path: string, body: string, head?: string): string;
  /** Puts a script at this path. */
  script(path: string, text: string): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Rough rules of somebody else, which what is embedded has to live with. */
const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem;
  font: 1.0625rem/1.65 Georgia, "Times New Roman", serif;
  background: light-dark(#fff, #10151a); color: light-dark(#22303a, #d5dee4); }
h1, h2 { font-family: Arial, sans-serif; line-height: 1.2; color: light-dark(#0b4a6f, #8ecbee); }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.25rem; text-transform: uppercase; }
p, li { margin-left: 0; color: inherit; }
a { color: light-dark(#0b6a9f, #7cc4ee); }
button { background: #0b4a6f; color: #fff; border: 0; padding: 0.5em 1em; border-radius: 99px; }
iframe { width: 100%; height: 20rem; border: 0; }`;

/** Serves pages without any policy of their own, as most sites do. */
export function startSecondSite(): SecondSite {
  const files = new Map<string, { readonly type: string; readonly text: string }>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const file = files.get(new URL(request.url).pathname);
    return file === undefined
      ? new Response(null, { status: 204 })
      : new Response(file.text, { headers: { "Content-Type": `${file.type}; charset=utf-8` } });
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  return {
    origin,
    page(path, body, head = "") {
      const text = `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
        `<meta name="viewport" content="width=device-width, initial-scale=1">` +
        `<link rel="icon" href="data:,"><title>Tide and Harbour</title><style>${STYLE}</style>${head}</head>` +
        `<body><main><h1>What changed in Harbour this week</h1>${body}</main></body></html>`;
      files.set(path, { type: "text/html", text });
      return origin + path;
    },
    script: (path, text) => void files.set(path, { type: "text/javascript", text }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

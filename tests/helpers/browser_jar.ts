import type { TestSite } from "./http.ts";

/** A browser without a window: keeps cookies and goes where it is led. */
export interface BrowserJar {
  readonly cookies: ReadonlyMap<string, string>;
  /** Goes to `url`, a path of the site or anywhere, and on while it is led on. */
  go(url: string): Promise<{ readonly url: string; readonly response: Response }>;
  /** One request to the site, led nowhere. */
  get(path: string): Promise<Response>;
}

const ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8";
const MAX_HOPS = 10;

/** @param origin What the browser calls the site. */
export function startJar(site: TestSite, origin = "http://callboard.test"): BrowserJar {
  const cookies = new Map<string, string>();

  function keep(response: Response): void {
    for (const header of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/;\s*Max-Age=0\b/i.test(header)) cookies.delete(name);
      else cookies.set(name, value);
    }
  }

  async function get(url: string): Promise<Response> {
    if (!url.startsWith(origin)) return await fetch(url, { redirect: "manual" });
    const Cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await site.get(url, { Accept: ACCEPT, Cookie });
    keep(response);
    return response;
  }

  return {
    cookies,
    get: (path) => get(new URL(path, origin).href),
    async go(to) {
      let url = new URL(to, origin).href;
      for (let hop = 0; hop < MAX_HOPS; hop++) {
        const response = await get(url);
        const next = response.headers.get("Location");
        if (next === null) return { url: url.replace(origin, ""), response };
        await response.body?.cancel();
        url = new URL(next, url).href;
      }
      throw new Error(`Cannot go to "${to}": it leads on more than ${MAX_HOPS} times`);
    },
  };
}

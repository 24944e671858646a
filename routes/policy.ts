import type { Context, MiddlewareHandler } from "hono";

/** By name; null for one that this answer has not. */
type OwnHeaders = Readonly<Record<string, string | null>>;

declare module "hono" {
  interface ContextVariableMap {
    ownHeaders: OwnHeaders;
  }
}

/** Gives this answer headers of its own, in place of those that all answers have. */
export function setHeaders(c: Context, headers: OwnHeaders): void {
  c.set("ownHeaders", { ...c.get("ownHeaders"), ...headers });
}

/** The same for its Content-Security-Policy alone. */
export function setPolicy(c: Context, policy: string): void {
  setHeaders(c, { "Content-Security-Policy": policy });
}

/** Has to stand around whatever sets the headers of all answers. */
export const useOwnHeaders: MiddlewareHandler = async function useOwnHeaders(c, next) {
  await next();
  for (const [name, value] of Object.entries(c.get("ownHeaders") ?? {})) {
    if (value === null) c.res.headers.delete(name);
    else c.res.headers.set(name, value);
  }
};

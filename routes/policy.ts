import type { Context, MiddlewareHandler } from "hono";

const NAME = "contentSecurityPolicy";

/** Gives this answer a Content-Security-Policy of its own, in place of the one that pages have. */
export function setPolicy(c: Context, policy: string): void {
  c.set(NAME, policy);
}

/** Has to stand around whatever sets the policy of all answers. */
export const useOwnPolicy: MiddlewareHandler = async function useOwnPolicy(c, next) {
  await next();
  const policy: unknown = c.get(NAME);
  if (typeof policy === "string") c.header("Content-Security-Policy", policy);
};

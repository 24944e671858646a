import type { Hono } from "hono";

const METHODS = ["GET", "POST", "DELETE", "OPTIONS"];

/** The methods that are answered at a path; none where nothing is there. */
export function methodsAt({ router }: Hono, path: string): string[] {
  const found = METHODS.filter((method) => {
    const [handlers] = router.match(method, path);
    // What stands before all routes is entered for every method.
    return handlers.some(([[, route]]) => route.method === method);
  });
  return found.includes("GET") ? ["GET", "HEAD", ...found.slice(1)] : found;
}

import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { identityOf, may, type Permission } from "./access/identity.ts";
import { DeniedError } from "./errors.tsx";

/** What each route needs, all of it. One that does not stand here is refused to everybody. */
export const PERMISSIONS: Readonly<Record<string, Permission | readonly Permission[]>> = {
  "GET /": "read",
  "GET /playground": "read",
  "GET /apps": "read",
  "POST /apps/:appId/tasks": "run",

  "GET /tasks": "read",
  "GET /tasks/events": "read",
  "GET /tasks.atom": "read",
  "GET /tasks/:id": "read",
  "GET /tasks/:id/events": "read",
  "GET /tasks/:id/outputs/:name": "read",
  "POST /tasks/:id/cancellation": "run",
  "POST /tasks/:id/forks": ["read", "run"],
  "POST /tasks/:id/deletion": "edit",
  "DELETE /tasks/:id": "edit",

  "GET /studio": "read",
  "GET /studio/:appId": "read",
  "POST /studio": "edit",
  "POST /studio/:appId": ["read", "edit"],
  "POST /studio/:appId/deletion": "edit",
  "GET /studio/:appId/links": ["read", "edit"],
  "POST /studio/:appId/links": ["read", "run", "edit"],
  "POST /studio/:appId/links/:linkId/revocation": "edit",

  "GET /api/v1/apps": "read",
  "GET /api/v1/apps/:appId": "read",
  "POST /api/v1/apps/:appId/tasks": "run",
  "GET /api/v1/tasks": "read",
  "GET /api/v1/tasks/:id": "read",
  "GET /api/v1/tasks/:id/events": "read",
  "GET /api/v1/tasks/:id/outputs/:name": "read",
  "DELETE /api/v1/tasks/:id": "edit",
  "POST /api/v1/tasks/:id/cancellation": "run",
  "POST /api/v1/tasks/:id/forks": ["read", "run"],
  "GET /api/v1/tasks/:id/shares": ["read", "edit"],
  "POST /api/v1/tasks/:id/shares": ["read", "edit"],
  "DELETE /api/v1/shares/:shareId": "edit",

  "GET /docs/api": "read",
  "GET /docs/api/:example": "read",
  "GET /openapi.json": "read",
  "GET /metrics": "read",

  "GET /sign-in": "public",
  "POST /sign-in": "public",
  "GET /sign-in/provider": "public",
  "GET /sign-in/callback": "public",
  "POST /sign-out": "public",

  "GET /settings": "own",
  "GET /settings/keys": "own",
  "POST /settings/keys": "own",
  "POST /settings/keys/:keyId/revocation": "own",
  "GET /settings/audit": "admin",
  "GET /settings/people": "admin",
  "POST /settings/people/:personId": "admin",
  "POST /settings/people/:personId/deletion": "admin",

  "GET /tasks/:id/shares": ["read", "edit"],
  "POST /tasks/:id/shares": ["read", "edit"],
  "POST /shares/:shareId/revocation": ["read", "edit"],
  "GET /s/:token": "public",
  "GET /s/:token/events": "public",
  "GET /s/:token/outputs/:name": "public",
  "GET /s/*": "public",
  "GET /healthz": "public",
  "GET /static/v1/callboard_client.ts": "public",
  "GET /embed/tasks/:token": "public",
  "GET /embed/tasks/:token/fragment": "public",
  "OPTIONS /embed/tasks/:token/fragment": "public",
  "GET /embed/tasks/:token/events": "public",
  "OPTIONS /embed/tasks/:token/events": "public",
  "GET /embed/tasks/:token/outputs/:name": "public",
  "GET /embed/apps/:token": "public",
  "GET /embed/apps/:token/fragment": "public",
  "OPTIONS /embed/apps/:token/fragment": "public",
  "POST /embed/apps/:token/tasks": "public",
  "OPTIONS /embed/apps/:token/tasks": "public",
  "GET /embed/apps/:token/badge.svg": "public",
  "GET /embed/badges/:name": "public",
  "GET /oembed": "public",

  "GET /static/embed.js": "public",
  "GET /static/embed.css": "public",
  "GET /static/embed_page.css": "public",
  "GET /static/:version/:name": "public",
};

/** What a route needs, all of it; null where the table does not say. */
export function needsOf(route: string): readonly Permission[] | null {
  const needed = PERMISSIONS[route];
  if (needed === undefined) return null;
  return typeof needed === "string" ? [needed] : needed;
}

/**
 * Lets a request pass that may do what its routes need; what no route answers is nobody's. What is
 * not public, or sets a cookie, belongs to somebody, and nothing keeps a copy of it unless its route
 * says so.
 */
export const requirePermission: MiddlewareHandler = async function requirePermission(c, next) {
  const identity = identityOf(c);
  let isPublic = true;
  for (const { method, path } of matchedRoutes(c)) {
    if (method === "ALL") continue;
    const needed = needsOf(`${method} ${path}`);
    if (needed === null || !needed.every((each) => may(identity, each))) {
      throw new DeniedError(identity);
    }
    isPublic &&= needed.every((each) => each === "public");
  }
  await next();
  const { headers } = c.res;
  const isSomebodys = !isPublic || headers.has("Set-Cookie");
  // Not by `c.header`: Hono makes another answer then, with a stream of the first one's body.
  if (isSomebodys && !headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
};

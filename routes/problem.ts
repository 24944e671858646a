import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** An error for programs, after RFC 9457. */
export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  /** A sentence about this very request. */
  readonly detail: string;
  /** Sentences by input name, where inputs were wrong. */
  readonly errors?: Readonly<Record<string, string>>;
}

export function problem(c: Context, body: Problem): Response {
  return c.body(JSON.stringify({ type: "about:blank", ...body }), body.status, {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  });
}

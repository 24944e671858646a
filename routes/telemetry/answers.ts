import type { MiddlewareHandler } from "hono";

const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** A request that was answered. `path` is without the query, which may hold inputs. */
export interface Answer {
  /** One of HTTP's own, or `other`. */
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Until the answer began: a stream may go on for hours. */
  readonly durationMs: number;
}

/** Tells of each request as its answer begins. */
export function tellAnswers(onAnswer: (answer: Answer) => void): MiddlewareHandler {
  return async function tellAnswers(c, next) {
    const beganAt = performance.now();
    await next();
    onAnswer({
      method: METHODS.includes(c.req.method) ? c.req.method : "other",
      path: c.req.path,
      status: c.res.status,
      durationMs: Math.round((performance.now() - beganAt) * 10) / 10,
    });
  };
}

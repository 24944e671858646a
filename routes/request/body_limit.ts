import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";

/** Answers 413 to a body of more than so many mebibytes, without reading all of it. */
export function limitBody(mebibytes: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: mebibytes * 1024 * 1024,
    onError: () => {
      throw new HTTPException(413, {
        message: `Cannot take the request: its body is over ${mebibytes} MB`,
      });
    },
  });
}

import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { hasBody, sendsJson } from "../request/requests.ts";

/** Answers 415 to a body that is not JSON. */
export async function refuseOtherBodies(c: Context, next: () => Promise<void>): Promise<void> {
  if (!sendsJson(c)) {
    const type = c.req.header("Content-Type") ?? "";
    throw new HTTPException(415, {
      message: `Cannot read a body of type "${type}": send application/json`,
    });
  }
  await next();
}

/** The same where there need not be a body. */
export async function refuseOtherBodiesIfAny(c: Context, next: () => Promise<void>): Promise<void> {
  await (await hasBody(c) ? refuseOtherBodies(c, next) : next());
}

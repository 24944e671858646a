import { Hono } from "hono";
import type { Deps } from "./deps.ts";

/** Whether the database answers and tasks are taken; for load balancers. */
export function healthRoutes({ executor }: Deps): Hono {
  return new Hono().get("/healthz", async (c) => {
    const isWell = await executor.isWell();
    c.header("Cache-Control", "no-store");
    return c.json({ status: isWell ? "ok" : "unavailable" }, isWell ? 200 : 503);
  });
}

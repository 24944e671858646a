import type { Context } from "hono";
import type { Executor } from "../../executor/mod.ts";
import type { Reach } from "../request/guards.ts";
import type { Identity } from "./identity.ts";
import { readSessionCookie } from "./session_cookie.ts";
import type { AccessSettings } from "./settings.ts";

export interface IdentifyOptions {
  readonly executor: Pick<Executor, "access">;
  readonly access: AccessSettings;
  readonly reach?: Reach;
  readonly trustedProxies?: number;
}

/** Finds out who sends a request by the session that its cookie opens. */
export function createIdentify(
  { executor, access, ...way }: IdentifyOptions,
): (c: Context) => Promise<Identity> {
  return async function identify(c) {
    if (access.type === "open") return { type: "open" };
    const secret = readSessionCookie(c, way);
    const session = secret === undefined ? null : await executor.access.whoHas(secret);
    return session === null
      ? { type: "nobody" }
      : { type: "person", ...session.person, grants: session.grants };
  };
}

import type { Context } from "hono";
import type { SigningIn } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { actorOf } from "./actor.ts";
import { identityOf } from "./identity.ts";
import { clearSessionCookie, readSessionCookie, setSessionCookie } from "./session_cookie.ts";
import { tell } from "./tell.ts";

/**
 * Signs somebody in who has shown who they are: the answer gets the cookie of a new session. One that
 * was there before ends, so that none is left that nobody sees any more.
 */
export async function beginSession(c: Context, deps: Deps, who: SigningIn): Promise<void> {
  const { executor } = deps;
  const before = readSessionCookie(c, deps);
  if (before !== undefined) await executor.access.signOut(before);
  const { secret, person } = await executor.access.signIn(who);
  setSessionCookie(c, deps, secret);
  executor.audit.tell({
    who: actorOf({ type: "person", ...person }),
    did: "signed-in",
    what: null,
  });
}

/** Ends the session of whoever asks for it, here and in the database. */
export async function endSession(c: Context, deps: Deps): Promise<void> {
  const secret = readSessionCookie(c, deps);
  if (secret !== undefined) await deps.executor.access.signOut(secret);
  clearSessionCookie(c, deps);
  if (identityOf(c).type === "person") tell(c, deps, { did: "signed-out", what: null });
}

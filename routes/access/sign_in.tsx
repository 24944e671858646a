import { Hono } from "hono";
import { addressOf } from "./address.ts";
import { identityOf } from "./identity.ts";
import { beginSession, endSession } from "./session.ts";
import { answerSignIn, targetOf } from "./sign_in_page.tsx";
import { knownBrowser, rememberBrowser } from "./browser_cookie.ts";
import { limitBody } from "../request/body_limit.ts";
import type { Deps } from "../deps.ts";
import { MissingError } from "../errors.tsx";
import { formFields } from "../request/form_fields.ts";
import { paths } from "../paths.ts";

const MAX_BODY_MEBIBYTES = 1;

/** Coming in and going out. Where everybody may come in there is nothing of it. */
export function signInRoutes(deps: Deps): Hono {
  const { executor, access = { type: "open" } } = deps;
  return new Hono()
    .get("/sign-in", async (c) => {
      const to = targetOf(c.req.query("to"));
      if (access.type === "open" || identityOf(c).type !== "nobody") return c.redirect(to, 302);
      return await answerSignIn(c, deps, { to, error: null });
    })
    .post("/sign-in", limitBody(MAX_BODY_MEBIBYTES), async (c) => {
      if (access.type !== "password") throw new MissingError({ what: "page", path: c.req.path });
      const fields = await formFields(c);
      const to = targetOf(fields.get("to"));
      const { tryPassword } = await import("./password.ts");
      const tried = await tryPassword(executor, {
        given: fields.get("password") ?? "",
        wanted: access.password,
        address: addressOf(c, deps.trustedProxies ?? 0),
        browser: await knownBrowser(c, deps),
      });
      if (tried.type === "right") {
        await beginSession(c, deps, { type: "password" });
        await rememberBrowser(c, deps);
        return c.redirect(to, 303);
      }
      c.status(tried.type === "wrong" ? 422 : 429);
      if (tried.type === "too-often") c.header("Retry-After", String(tried.retryAfterSeconds));
      return await answerSignIn(c, deps, { to, error: tried.message });
    })
    .post("/sign-out", async (c) => {
      await endSession(c, deps);
      return c.redirect(paths.signIn(), 303);
    });
}

import { Hono } from "hono";
import type { ProviderSignIn } from "./provider_sign_in.ts";
import type { Deps } from "../deps.ts";
import { MissingError } from "../errors.tsx";

/** Signing in with an OpenID provider: there, and back. Without one there is nothing here. */
export function signInProviderRoutes(deps: Deps): Hono {
  let loaded: Promise<ProviderSignIn> | null = null;

  /** Few people sign in at any moment, and most servers know none. */
  function load(path: string): Promise<ProviderSignIn> {
    const { access } = deps;
    if (access?.type !== "oidc") throw new MissingError({ what: "page", path });
    return loaded ??= import("./provider_sign_in.ts")
      .then(({ createProviderSignIn }) => createProviderSignIn(deps, access));
  }

  return new Hono()
    .get("/sign-in/provider", async (c) => (await load(c.req.path)).begin(c))
    .get("/sign-in/callback", async (c) => (await load(c.req.path)).finish(c));
}

import type { Context } from "hono";
import { SignInPage, type SignInWay } from "../../views/sign_in_page.tsx";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { pageContext } from "../request/requests.ts";
import { ownPath } from "./own_path.ts";
import type { AccessSettings } from "./settings.ts";

/** Where signing in leads: the page that was asked for, where that is one of ours. */
export function targetOf(to: string | undefined): string {
  return ownPath(to) ?? paths.playground();
}

/** Answers with the page to sign in at, and says why it has just failed. */
export function answerSignIn(
  c: Context,
  deps: Deps,
  { to, error }: { readonly to: string; readonly error: string | null },
): Response | Promise<Response> {
  const way = wayOf(deps.access ?? { type: "open" });
  c.header("Cache-Control", "no-store");
  return c.html(<SignInPage context={pageContext(c, deps)} way={way} to={to} error={error} />);
}

/** What people call the provider. */
export function providerName(issuer: string): string {
  return new URL(issuer).hostname;
}

function wayOf(access: AccessSettings): SignInWay {
  return access.type === "oidc"
    ? { type: "provider", name: providerName(access.issuer) }
    : { type: "password" };
}

import type { Context } from "hono";
import type { Rate } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { isOverHttps } from "../request/https.ts";
import { networkOf } from "../request/rates.ts";
import { siteOrigin } from "../request/site_origin.ts";
import { addressOf } from "./address.ts";
import { isAllowedAddress } from "./allowed_addresses.ts";
import { tellFailedSignIn } from "./failed_sign_in.ts";
import { identityOf } from "./identity.ts";
import { createOidc, OUTAGE_KEPT_MS } from "./oidc.ts";
import type { OidcFault } from "./oidc_fault.ts";
import type { OidcPerson } from "./oidc_person.ts";
import { beginSession } from "./session.ts";
import type { AccessSettings } from "./settings.ts";
import { keepBegun, takeBegun } from "./sign_in_cookies.ts";
import { answerSignIn, providerName, targetOf } from "./sign_in_page.tsx";
import { type TooOften, tooOften } from "./too_often.ts";

/** What a browser does to sign in with an OpenID provider. */
export interface ProviderSignIn {
  /** Sends it to the provider. */
  begin(c: Context): Promise<Response>;
  /** Lets it in when it comes back, or says why not. */
  finish(c: Context): Promise<Response>;
}

/** Either makes this server ask the provider, who knows only one client that asks too much. */
const OF_ONE: Rate = { limit: 60, windowMs: 5 * 60_000 };
/** In characters: what a browser has begun is kept in cookies, and there may be several. */
const MAX_TARGET_LENGTH = 500;

interface Refusal {
  /** The page they asked for. */
  readonly to: string;
  readonly status: 400 | 403 | 429 | 503;
  readonly error: string;
}

export function createProviderSignIn(
  deps: Deps,
  access: AccessSettings & { readonly type: "oidc" },
): ProviderSignIn {
  const { executor, now, onError } = deps;
  const name = providerName(access.issuer);
  const oidc = createOidc(access, { now });
  let lastFault = { reason: "", reference: "", until: 0 };

  return {
    async begin(c) {
      const to = shortened(targetOf(c.req.query("to")));
      const tooMany = await takeOne("sign-in begun by", addressOf(c, deps.trustedProxies ?? 0));
      if (tooMany !== null) return await refuseForNow(c, to, tooMany);
      const result = await oidc.begin(redirectUri(c));
      if (result.type !== "begun") return await refuse(c, failed(to, result));
      const { transaction, url } = result;
      keepBegun(c, { transaction, to, begunAt: now() }, isOverHttps(c, deps));
      return leadTo(c, url);
    },

    async finish(c) {
      const options = { isSecure: isOverHttps(c, deps), now: now() };
      const begun = takeBegun(c, c.req.query("state") ?? "", options);
      if (begun === null) return await answerUnknown(c);
      const { transaction } = begun;
      // The browser has kept it, and what else is in the way can have set it.
      const to = targetOf(begun.to);
      const address = addressOf(c, deps.trustedProxies ?? 0);
      const tooMany = await takeOne("provider's answer to", address);
      if (tooMany !== null) return await refuseForNow(c, to, tooMany);
      const result = await oidc.finish(new URL(c.req.url).search, redirectUri(c), transaction);
      switch (result.type) {
        case "known": {
          const error = whyNot(result.person);
          if (error === null) return await letIn(c, to, result.person);
          await tellFailedSignIn(executor, address, result.person.email ?? undefined);
          return await refuse(c, { to, status: 403, error });
        }
        case "declined":
          return await refuse(c, { to, status: 403, error: `${name} has not let you in` });
        case "refused":
        case "unreachable":
          return await refuse(c, failed(to, result));
      }
    },
  };

  function redirectUri(c: Context): string {
    return siteOrigin(c, deps) + paths.signInCallback();
  }

  async function letIn(c: Context, to: string, person: OidcPerson): Promise<Response> {
    await beginSession(c, deps, { type: "person", ...person });
    return leadTo(c, to);
  }

  async function takeOne(what: string, address: string | null): Promise<TooOften | null> {
    if (address === null) return null;
    return tooOften(await executor.limits.take(`${what} ${networkOf(address)}`, OF_ONE));
  }

  function whyNot({ email, isEmailVerified }: OidcPerson): string | null {
    if (email === null) return `${name} does not tell your e-mail address, which is needed here`;
    if (isEmailVerified === false) return `${name} has not verified that “${email}” is yours`;
    if (isEmailVerified === null && !access.isEmailTrusted) {
      return `${name} does not say whether “${email}” is yours. ` +
        "Whoever runs this server can let that do (OIDC_TRUST_EMAIL)";
    }
    if (isAllowedAddress(email, access.allowed)) return null;
    return `“${email}” may not sign in here. Use another account, or ask whoever runs this server`;
  }

  /** Somebody who took their time, who went back a page, or whom somebody else has sent here. */
  async function answerUnknown(c: Context): Promise<Response> {
    const to = paths.playground();
    if (identityOf(c).type === "person") return leadTo(c, to);
    const error = "This sign-in was begun in another browser or too long ago. Begin again";
    return await refuse(c, { to, status: 400, error });
  }

  function failed(to: string, { type, reason }: OidcFault): Refusal {
    const reference = referenceOf(reason);
    return type === "unreachable"
      ? { to, status: 503, error: `${name} does not answer. Try again in a minute` }
      : {
        to,
        status: 403,
        error: `Signing in with ${name} has failed. The log has more under ${reference}`,
      };
  }

  /** The same fault is logged once while it is kept. */
  function referenceOf(reason: string): string {
    if (lastFault.reason === reason && now() < lastFault.until) return lastFault.reference;
    const reference = crypto.randomUUID().slice(0, 8);
    lastFault = { reason, reference, until: now() + OUTAGE_KEPT_MS };
    onError(new Error(`Cannot sign in with "${name}": ${reason}`), "sign-in", { reference });
    return reference;
  }

  async function refuseForNow(c: Context, to: string, refusal: TooOften): Promise<Response> {
    c.header("Retry-After", String(refusal.retryAfterSeconds));
    return await refuse(c, { to, status: 429, error: refusal.message });
  }

  async function refuse(c: Context, { to, status, error }: Refusal): Promise<Response> {
    c.status(status);
    return await answerSignIn(c, deps, { to, error });
  }
}

/** A page without its query, or none, is better than a cookie that no browser or proxy takes. */
function shortened(to: string): string {
  const [path = ""] = to.split(/[?#]/, 1);
  return [to, path].find(({ length }) => length <= MAX_TARGET_LENGTH) ?? paths.playground();
}

function leadTo(c: Context, url: string): Response {
  c.header("Cache-Control", "no-store");
  return c.redirect(url, 303);
}

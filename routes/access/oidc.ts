import * as openid from "openid-client";
import { faultOf, isDeclined, type OidcFault } from "./oidc_fault.ts";
import { addClaims, Claims, type OidcPerson, personOf } from "./oidc_person.ts";
import type { OidcTransaction } from "./oidc_transaction.ts";

/** The provider that people sign in with, and what it knows Callboard as. */
export interface OidcSettings {
  /** Its URL; `http://` on this machine alone. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface OidcOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How long one answer of the provider may take; 10 s unless given. */
  readonly timeoutMs?: number;
}

export type BeginResult =
  | { readonly type: "begun"; readonly url: string; readonly transaction: OidcTransaction }
  | OidcFault;
export type FinishResult =
  | { readonly type: "known"; readonly person: OidcPerson }
  | { readonly type: "declined" }
  | OidcFault;

/** Signs people in with an OpenID provider: the code flow, with PKCE, state and nonce. */
export interface Oidc {
  /** Where to send the browser, and what it has to keep meanwhile. */
  begin(redirectUri: string): Promise<BeginResult>;
  /** @param answer The query that the browser came back to `redirectUri` with. */
  finish(answer: string, redirectUri: string, transaction: OidcTransaction): Promise<FinishResult>;
}

/** How long the provider's description of itself counts. */
const METADATA_KEPT_MS = 60 * 60 * 1_000;
/** How long that it could not be had: anybody can make this server ask for it. */
export const OUTAGE_KEPT_MS = 5_000;
const TIMEOUT_MS = 10_000;

type Tokens = Awaited<ReturnType<typeof openid.authorizationCodeGrant>>;

/** Asks the provider nothing before the first sign-in. */
export function createOidc(settings: OidcSettings, options: OidcOptions): Oidc {
  const { issuer, clientId, clientSecret } = settings;
  const isPlain = new URL(issuer).protocol === "http:";
  const timeout = (options.timeoutMs ?? TIMEOUT_MS) / 1_000;
  let known: { readonly metadata: Promise<openid.ServerMetadata>; readonly until: number } | null =
    null;

  /** Asked once for all who sign in meanwhile. */
  function readMetadata(): Promise<openid.ServerMetadata> {
    if (known !== null && options.now() < known.until) return known.metadata;
    const metadata = discover();
    known = { metadata, until: options.now() + METADATA_KEPT_MS };
    metadata.catch(() => known = { metadata, until: options.now() + OUTAGE_KEPT_MS });
    return metadata;
  }

  async function discover(): Promise<openid.ServerMetadata> {
    const execute = isPlain ? [openid.allowInsecureRequests] : [];
    const server = new URL(issuer);
    const config = await openid.discovery(server, clientId, undefined, undefined, {
      timeout,
      execute,
    });
    return config.serverMetadata();
  }

  /** A new one for each sign-in: it asks for the provider's keys anew, so they may change. */
  async function configure(): Promise<openid.Configuration> {
    const server = await readMetadata();
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const authentication = methods.includes("client_secret_post")
      ? openid.ClientSecretPost(clientSecret)
      : openid.ClientSecretBasic(clientSecret);
    const config = new openid.Configuration(server, clientId, undefined, authentication);
    config.timeout = timeout;
    if (isPlain) openid.allowInsecureRequests(config);
    openid.enableNonRepudiationChecks(config);
    return config;
  }

  return {
    async begin(redirectUri) {
      try {
        return await beginWith(await configure(), redirectUri);
      } catch (error) {
        return faultOf(error);
      }
    },

    async finish(answer, redirectUri, transaction) {
      try {
        const config = await configure();
        const url = new URL(redirectUri);
        url.search = answer;
        const tokens = await openid.authorizationCodeGrant(config, url, {
          expectedState: transaction.state,
          expectedNonce: transaction.nonce,
          pkceCodeVerifier: transaction.verifier,
          idTokenExpected: true,
        });
        const claims = await readClaims(config, tokens);
        return { type: "known", person: personOf(config.serverMetadata().issuer, claims) };
      } catch (error) {
        return isDeclined(error) ? { type: "declined" } : faultOf(error);
      }
    },
  };
}

async function beginWith(config: openid.Configuration, redirectUri: string): Promise<BeginResult> {
  const transaction = {
    state: openid.randomState(),
    nonce: openid.randomNonce(),
    verifier: openid.randomPKCECodeVerifier(),
  };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid profile email",
    state: transaction.state,
    nonce: transaction.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(transaction.verifier),
    code_challenge_method: "S256",
  });
  return { type: "begun", url: url.href, transaction };
}

/** An ID token need not hold more than `sub`; the rest is then asked for. */
async function readClaims(config: openid.Configuration, tokens: Tokens): Promise<Claims> {
  const claims = Claims.parse(tokens.claims());
  const isWhole = claims.email !== undefined && claims.name !== undefined;
  if (isWhole || config.serverMetadata().userinfo_endpoint === undefined) return claims;
  const told = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
  return addClaims(claims, Claims.parse(told));
}

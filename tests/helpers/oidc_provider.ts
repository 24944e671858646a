import { newKey, publicJwk, sha256, signed } from "./signed_token.ts";

/**
 * An OpenID provider on loopback for tests: a real HTTP server with discovery, authorization code
 * flow, client authentication, PKCE, signed ID tokens and userinfo. It asks nobody anything: the
 * test says who signs in next, and can make it misbehave.
 */
export interface OidcProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly { readonly endpoint: string; readonly search: URLSearchParams }[];
  /** Who is signed in from now on; null declines. */
  signInAs(person: OidcPerson | null): void;
  /** From now on it does what is wrong in `faults`; nothing is wrong without. */
  misbehave(faults?: OidcFaults): void;
  /** Signs with a new key from now on, and publishes that one alone. */
  rotateKey(): Promise<void>;
  close(): Promise<void>;
}

/** What the provider knows of somebody; `sub` names them. */
export type OidcPerson = Readonly<Record<string, unknown>> & { readonly sub: string };

export type OidcEndpoint = "discovery" | "authorize" | "token" | "jwks" | "userinfo";

export interface OidcFaults {
  /** Laid over what the ID token says; undefined takes a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Laid over the discovery document. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Laid over the parameters of the answer to an authorization request. */
  readonly answer?: Readonly<Record<string, string>>;
  /** `none` leaves the signature out, `other` signs with a key that is published nowhere. */
  readonly signature?: "none" | "other";
  /** The ID token says only who it is, userinfo the rest. */
  readonly isTerse?: boolean;
  /** Answered with 500. */
  readonly failing?: readonly OidcEndpoint[];
  /** Never answered. */
  readonly silent?: readonly OidcEndpoint[];
}

interface Granted {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | null;
  readonly person: OidcPerson;
}

/** Starts a provider; on a free port of 127.0.0.1 unless `port` says which. */
export async function startOidcProvider(port = 0): Promise<OidcProvider> {
  const clientId = "callboard";
  const clientSecret = "a secret: of 100% client+test/";
  const requests: { endpoint: string; search: URLSearchParams }[] = [];
  const codes = new Map<string, Granted>();
  const people = new Map<string, OidcPerson>();
  let person: OidcPerson | null = null;
  let faults: OidcFaults = {};
  let key = await newKey();

  const endpoints: Record<OidcEndpoint, (request: Request, url: URL) => Promise<Response>> = {
    discovery: () => json({ ...metadataOf(issuer), ...faults.metadata }),
    authorize: (_, url) => Promise.resolve(authorize(url.searchParams)),
    token,
    jwks: async () => json({ keys: [await publicJwk(key)] }),
    userinfo(request) {
      const granted = people.get(bearerOf(request));
      return granted === undefined ? refuse("invalid_token", 401) : json(granted);
    },
  };

  function authorize(search: URLSearchParams): Response {
    const { redirect_uri, state, code_challenge, nonce, ...rest } = Object.fromEntries(search);
    const isSound = rest.client_id === clientId && rest.response_type === "code" &&
      rest.scope?.split(" ").includes("openid") && rest.code_challenge_method === "S256";
    if (!isSound || redirect_uri === undefined || code_challenge === undefined) {
      return Response.json({ error: "invalid_request" }, { status: 400 });
    }
    const answer: Record<string, string> = { iss: issuer, ...state === undefined ? {} : { state } };
    if (person === null) answer.error = "access_denied";
    else {
      answer.code = crypto.randomUUID();
      codes.set(answer.code, {
        clientId,
        redirectUri: redirect_uri,
        challenge: code_challenge,
        nonce: nonce ?? null,
        person,
      });
    }
    const location = `${redirect_uri}?${new URLSearchParams({ ...answer, ...faults.answer })}`;
    return new Response(null, { status: 303, headers: { Location: location } });
  }

  async function token(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    if (!isClient(request, form, clientId, clientSecret)) return refuse("invalid_client", 401);
    const granted = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const verifier = form.get("code_verifier") ?? "";
    const isSound = granted !== undefined && granted.redirectUri === form.get("redirect_uri") &&
      granted.challenge === await sha256(verifier);
    if (!isSound) return refuse("invalid_grant", 400);
    const accessToken = crypto.randomUUID();
    people.set(accessToken, granted.person);
    return json({
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: 60,
      id_token: await idToken(granted),
    });
  }

  async function idToken({ person, nonce, clientId }: Granted): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer,
      aud: clientId,
      iat: now,
      exp: now + 300,
      nonce,
      ...faults.isTerse ? { sub: person.sub } : person,
      ...faults.claims,
    };
    const { kid } = key;
    switch (faults.signature) {
      case undefined:
        return await signed(claims, key, kid);
      case "other":
        return await signed(claims, await newKey(), kid);
      case "none":
        return await signed(claims, null, kid);
    }
  }

  const dropped = new AbortController();
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, (request) => {
    const url = new URL(request.url);
    const endpoint = PATHS[url.pathname];
    if (endpoint === undefined) return new Response(null, { status: 404 });
    requests.push({ endpoint, search: url.searchParams });
    if (faults.failing?.includes(endpoint)) return new Response("No", { status: 500 });
    if (faults.silent?.includes(endpoint)) return whenAborted([request.signal, dropped.signal]);
    return endpoints[endpoint](request, url);
  });
  const issuer = `http://127.0.0.1:${server.addr.port}`;

  return {
    issuer,
    clientId,
    clientSecret,
    requests,
    signInAs: (next) => void (person = next),
    misbehave: (next = {}) => void (faults = next),
    rotateKey: async () => void (key = await newKey()),
    async close() {
      dropped.abort();
      await server.shutdown();
    },
  };
}

const PATHS: Readonly<Record<string, OidcEndpoint>> = {
  "/.well-known/openid-configuration": "discovery",
  "/authorize": "authorize",
  "/token": "token",
  "/jwks": "jwks",
  "/userinfo": "userinfo",
};

function metadataOf(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
  };
}

/** By either of the two ways to send a client's secret. */
function isClient(request: Request, form: URLSearchParams, id: string, secret: string): boolean {
  const basic = /^Basic (.+)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (basic === undefined) {
    return form.get("client_id") === id && form.get("client_secret") === secret;
  }
  const [sentId = "", sentSecret = ""] = atob(basic).split(":")
    .map((part) => new URLSearchParams(`part=${part}`).get("part") ?? "");
  return sentId === id && sentSecret === secret;
}

function bearerOf(request: Request): string {
  return /^Bearer (.+)$/.exec(request.headers.get("Authorization") ?? "")?.[1] ?? "";
}

function json(body: unknown): Promise<Response> {
  return Promise.resolve(Response.json(body));
}

function refuse(error: string, status: number): Promise<Response> {
  return Promise.resolve(Response.json({ error }, { status }));
}

function whenAborted(signals: readonly AbortSignal[]): Promise<Response> {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const signal = AbortSignal.any([...signals]);
  signal.addEventListener("abort", () => resolve(new Response(null, { status: 503 })), {
    once: true,
  });
  return promise;
}

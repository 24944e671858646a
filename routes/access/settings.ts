import { z } from "zod";

/** Who may come in. */
export type AccessSettings =
  /** Everybody who can reach it. */
  | { readonly type: "open" }
  /** Whoever knows the password. */
  | { readonly type: "password"; readonly password: string }
  /** People whom an OpenID provider knows. */
  | {
    readonly type: "oidc";
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** E-mail addresses and domains, in small letters. */
    readonly allowed: readonly string[];
    /** Whether an address counts of which the provider does not say that it is verified. */
    readonly isEmailTrusted?: true;
  };

const MIN_PASSWORD_LENGTH = 12;

/** The environment's part of it. */
export const ACCESS_ENVIRONMENT = {
  ACCESS: z.literal("open").optional(),
  ACCESS_PASSWORD: z.string().optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_ALLOWED: z.string().optional(),
  OIDC_TRUST_EMAIL: z.literal("true").optional(),
};
type Environment = z.infer<z.ZodObject<typeof ACCESS_ENVIRONMENT>>;

/** What has to be there instead of a value that {@link ACCESS_ENVIRONMENT} refuses. */
export const ACCESS_WANTED = {
  ACCESS: "open, which lets in everybody who can reach it",
  OIDC_ISSUER: "a URL such as https://accounts.example.com",
  OIDC_TRUST_EMAIL:
    "true, which takes addresses of which the provider does not say that they are verified",
} as const;

const OIDC_NAMES = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ALLOWED"] as const;
/** An address, or a domain with or without an @ before it. */
const ALLOWED = /^([^\s@,]+)?@?[^\s@,]+\.[^\s@,]+$/;

/** Where the server can be reached from. */
export interface Exposure {
  /** How that came about, such as `HOST is "0.0.0.0"`; null where only this machine reaches it. */
  readonly reason: string | null;
  readonly isLoopbackUrl: (url: string) => boolean;
}

/** Who may come in, or a sentence that says what is wrong. */
export function accessOf(
  environment: Environment,
  { reason, isLoopbackUrl }: Exposure,
): AccessSettings | string {
  const { ACCESS, ACCESS_PASSWORD } = environment;
  const oidcNames = OIDC_NAMES.filter((name) => environment[name] !== undefined);
  const chosen = [
    ...ACCESS === undefined ? [] : [`ACCESS=${ACCESS}`],
    ...ACCESS_PASSWORD === undefined ? [] : ["ACCESS_PASSWORD"],
    ...oidcNames.slice(0, 1),
  ];
  if (chosen.length > 1) return `Cannot use ${chosen.join(" and ")} together: set one of them`;
  if (ACCESS_PASSWORD !== undefined) return passwordAccess(ACCESS_PASSWORD);
  if (oidcNames.length > 0) return oidcAccess(environment, isLoopbackUrl);
  if (ACCESS === "open" || reason === null) return { type: "open" };
  return `Cannot start open to everybody: ${reason}. Set ACCESS_PASSWORD, or the OIDC settings, ` +
    `or ACCESS=open where everybody who can reach it may do everything`;
}

function passwordAccess(password: string): AccessSettings | string {
  if ([...password].length >= MIN_PASSWORD_LENGTH) return { type: "password", password };
  return `Cannot use this ACCESS_PASSWORD: it has to have at least ${MIN_PASSWORD_LENGTH} characters`;
}

function oidcAccess(
  environment: Environment,
  isLoopbackUrl: (url: string) => boolean,
): AccessSettings | string {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ALLOWED, OIDC_TRUST_EMAIL } =
    environment;
  if (
    OIDC_ISSUER === undefined || OIDC_CLIENT_ID === undefined ||
    OIDC_CLIENT_SECRET === undefined || OIDC_ALLOWED === undefined
  ) {
    const missing = OIDC_NAMES.filter((name) => environment[name] === undefined);
    return `Cannot use the OIDC settings in part: set ${missing.join(" and ")} as well`;
  }
  if (OIDC_ISSUER.startsWith("http:") && !isLoopbackUrl(OIDC_ISSUER)) {
    return `Cannot use "${OIDC_ISSUER}" as OIDC_ISSUER: it has to be an https:// URL`;
  }
  const allowed = OIDC_ALLOWED.split(",").map((each) => each.trim().toLowerCase())
    .filter((each) => each !== "");
  const wrong = allowed.find((each) => !ALLOWED.test(each));
  if (wrong !== undefined || allowed.length === 0) {
    return `Cannot use "${wrong ?? OIDC_ALLOWED}" in OIDC_ALLOWED: it has to hold e-mail ` +
      `addresses or domains, such as ada@example.org, example.com`;
  }
  return {
    type: "oidc",
    issuer: OIDC_ISSUER,
    clientId: OIDC_CLIENT_ID,
    clientSecret: OIDC_CLIENT_SECRET,
    allowed,
    ...(OIDC_TRUST_EMAIL && { isEmailTrusted: true }),
  };
}

/** What no log line may hold. */
export function accessSecrets(access: AccessSettings): string[] {
  switch (access.type) {
    case "open":
      return [];
    case "password":
      return [access.password];
    case "oidc":
      return [access.clientSecret];
  }
}

/** What sessions are good for: another password or provider, or others whom it lets in, ends them. */
export function realmOf(access: AccessSettings): string {
  switch (access.type) {
    case "open":
      return "open";
    case "password":
      return JSON.stringify(["password", access.password]);
    case "oidc": {
      const { issuer, clientId, allowed, isEmailTrusted } = access;
      const trust = isEmailTrusted ? ["any address"] : [];
      return JSON.stringify(["oidc", issuer, clientId, ...trust, ...allowed.toSorted()]);
    }
  }
}

import { base64Url } from "./base64_url.ts";

const SECRET_BYTES = 32;

/** A secret that nobody guesses, 256 random bits in base64url behind a prefix that says what it opens. */
export function newSecret(prefix: `${string}_`): string {
  return prefix + base64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

/**
 * What is kept of a secret, and what it is found by: its SHA-256 in base64url. Being random, it needs
 * neither salt nor a slow hash. (OWASP Password Storage Cheat Sheet; ASVS 5.0, 11.4.2.)
 */
export async function hashSecret(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return base64Url(new Uint8Array(digest));
}

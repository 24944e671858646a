import { base64Url } from "../../executor/access/base64_url.ts";

/** A key to sign tokens with. */
export interface SigningKey {
  readonly kid: string;
  readonly pair: CryptoKeyPair;
}

const RS256 = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

export async function newKey(): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey(RS256, true, ["sign", "verify"]);
  return { kid: crypto.randomUUID(), pair };
}

/** What a provider publishes of a key. */
export async function publicJwk({ kid, pair }: SigningKey): Promise<JsonWebKey & { kid: string }> {
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { kid, kty, n, e, alg: "RS256", use: "sig" };
}

/** A token with these claims, signed by RS256; unsigned where `key` is null. */
export async function signed(
  claims: unknown,
  key: SigningKey | null,
  kid: string,
): Promise<string> {
  const header = key === null ? { alg: "none" } : { alg: "RS256", kid };
  const text = `${inBase64Url(JSON.stringify(header))}.${inBase64Url(JSON.stringify(claims))}`;
  if (key === null) return `${text}.`;
  const bytes = new TextEncoder().encode(text);
  const signature = await crypto.subtle.sign(RS256.name, key.pair.privateKey, bytes);
  return `${text}.${base64Url(new Uint8Array(signature))}`;
}

/** In base64url, as PKCE wants it. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return base64Url(new Uint8Array(digest));
}

function inBase64Url(text: string): string {
  return base64Url(new TextEncoder().encode(text));
}

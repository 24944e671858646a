import type { NewRequest } from "./store/requests.ts";

/** A request to start a task, named by its sender so that it may be sent again. */
export interface SentRequest {
  /** Who sent it: the same key of somebody else names another request. */
  readonly by: string;
  /** What the sender calls it. */
  readonly key: string;
  /** What it asks for; the same key with anything else is refused. Of any length. */
  readonly body: string;
}

/** How the store names a request of an app, whatever its length: by digests. */
export async function nameRequest(
  appId: string,
  { by, key, body }: SentRequest,
): Promise<NewRequest> {
  const [name, fingerprint] = await Promise.all([
    digest(JSON.stringify([appId, by, key])),
    digest(body),
  ]);
  return { name, fingerprint };
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

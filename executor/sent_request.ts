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

/** What a request asks to be started: an app, or a task once more. */
export type StartTarget = { readonly appId: string } | { readonly forkOf: string };

/** How the store names a request, whatever its length: by digests. */
export async function nameRequest(target: StartTarget, sent: SentRequest): Promise<NewRequest> {
  const [name, fingerprint] = await Promise.all([
    requestName(target, sent),
    digest(sent.body),
  ]);
  return { name, fingerprint };
}

/** The name alone, which says nothing of the body. */
export function requestName(target: StartTarget, { by, key }: SentRequest): Promise<string> {
  const what = "appId" in target ? target.appId : `forks of ${target.forkOf}`;
  return digest(JSON.stringify([what, by, key]));
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

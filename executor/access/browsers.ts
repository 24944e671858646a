import type { Clock } from "../clock.ts";
import type { BrowserStore } from "../store/browsers.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/** How long a browser is known that does not sign in again. */
export const BROWSER_KEPT_MS = 180 * 24 * 60 * 60 * 1_000;
const SECRET = /^cbb_[\w-]{43}$/;

/**
 * Browsers that have signed in before. That lets nobody in: it is what their tries to do so are
 * counted by, so that strangers cannot use them up.
 */
export interface Browsers {
  /** What names the browser that has this secret; null where none has, or has not for long. */
  find(secret: string): Promise<string | null>;
  /** Knows a browser from now on, again or by the secret that is new. */
  keep(secret: string | undefined): Promise<string>;
}

/** @param realm Browsers known under another one are not known: another password, or provider. */
export function createBrowsers(
  { store, clock }: { readonly store: BrowserStore; readonly clock: Clock },
  realm: string,
): Browsers {
  async function find(secret: string): Promise<string | null> {
    if (!SECRET.test(secret)) return null;
    const hash = await hashSecret(secret + realm);
    const signedInAt = await store.find(hash);
    return signedInAt !== null && clock.now() - signedInAt < BROWSER_KEPT_MS ? hash : null;
  }

  return {
    find,
    async keep(secret) {
      const isKnown = secret !== undefined && await find(secret) !== null;
      const kept = isKnown ? secret : newSecret("cbb_");
      await store.keep(await hashSecret(kept + realm), clock.now(), BROWSER_KEPT_MS);
      return kept;
    },
  };
}

import { hashSecret } from "./access/secrets.ts";
import { LINK_ID } from "./ids.ts";
import type { Link } from "./link.ts";
import type { LinkStore } from "./store/links.ts";

/** What names the badges of links to apps: it shows a badge, and opens nothing else. */
export interface Badges {
  /** Null where the link is none to an app, or has gone. */
  badgeOf(linkId: string): Promise<string | null>;
  /** The link that a badge is of; null for what is no badge, or of a link that has gone. */
  linkOfBadge(badge: string): Promise<Link | null>;
}

/**
 * A badge is the link's id and a digest of what the database knows of its secret. So nothing is kept
 * for it, it goes with the link, and nobody finds the secret from it.
 *
 * @param isLive Whether a link has not expired.
 */
export function createBadges(
  { findById }: Pick<LinkStore, "findById">,
  isLive: (link: Link) => boolean,
): Badges {
  async function find(linkId: string) {
    const stored = LINK_ID.test(linkId) ? await findById(linkId) : null;
    return stored?.target.kind === "app" && isLive(stored) ? stored : null;
  }

  return {
    async badgeOf(linkId) {
      const stored = await find(linkId);
      return stored && await nameOf(stored);
    },

    async linkOfBadge(badge) {
      const stored = await find(badge.slice(0, badge.indexOf(".")));
      if (stored === null) return null;
      // Of digests nobody learns by how long it takes to compare them.
      const [given, wanted] = await Promise.all([badge, await nameOf(stored)].map(hashSecret));
      if (given !== wanted) return null;
      const { hash: _, ...link } = stored;
      return link;
    },
  };
}

async function nameOf({ id, hash }: { readonly id: string; readonly hash: string }) {
  return `${id}.${await hashSecret(`badge of ${hash}`)}`;
}

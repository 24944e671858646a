import { hashSecret, newSecret } from "./access/secrets.ts";
import { type Badges, createBadges } from "./badges.ts";
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { Link, LinkTarget, ListedLink, ShownPart } from "./link.ts";
import { createLinkViews, type LinkViews } from "./link_views.ts";
import type { Grants } from "./live/grants.ts";
import type { LinkStore } from "./store/links.ts";
import type { OnUnexpected } from "./events.ts";

/** Links to one task or app that can be used at the same time. */
export const MAX_LINKS = 100;

/** What somebody wants to give away. */
export interface NewLink {
  readonly target: LinkTarget;
  readonly show: readonly ShownPart[];
  /** Web sites that may hold it in a frame, as `https://example.org`. */
  readonly origins: readonly string[];
  readonly expiresInMs: number;
  /** The name of whoever makes it. */
  readonly createdBy: string;
  /** The person who makes it, themselves or by a key of their own; absent where nobody is known. */
  readonly makerId?: string;
}

/** How making a link ended. The token is told this once: only its hash is kept. */
export type CreateLinkResult =
  | { readonly type: "created"; readonly link: Link; readonly token: string }
  | { readonly type: "too-many"; readonly limit: number }
  | { readonly type: "unknown-target" };

/** Links by which others see a task, or run an app. */
export interface Links extends Badges {
  create(link: NewLink): Promise<CreateLinkResult>;
  /** The links to a task that can be used, oldest first. */
  listOfTask(taskId: string): Promise<ListedLink[]>;
  listOfApp(appId: string): Promise<ListedLink[]>;
  /** Null for anything that opens nothing: unknown, expired and revoked are alike. */
  open(token: string): Promise<Link | null>;
  /** A right that ends with the link: to be held by what stays open. */
  hold(link: Link, onGone: () => void): () => void;
  /** Ends a link, of this kind if it is given, and what is open by it; null where there is none. */
  revoke(linkId: string, kind?: LinkTarget["kind"]): Promise<Link | null>;
  /** Ends all links that a person has made, and what is open by them. Looks at every link there is. */
  revokeAllOf(makerId: string): Promise<void>;
  /** Counts one view. It is written later, with others; some may be lost with a process. */
  countView(link: Link): void;
}

export interface LinksOptions {
  readonly store: LinkStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly grants: Grants;
  readonly onUnexpected: OnUnexpected;
}

export function createLinks(options: LinksOptions): Links & Pick<LinkViews, "flush"> {
  const { store, clock, ids, grants } = options;
  const views = createLinkViews(options);

  function isLive({ expiresAt }: Link): boolean {
    return expiresAt > clock.now();
  }

  async function find(hash: string): Promise<Link | null> {
    const link = await store.find(hash);
    return link !== null && isLive(link) ? link : null;
  }

  async function list(targetId: string): Promise<ListedLink[]> {
    return (await store.list(targetId)).filter(isLive);
  }

  async function revoke(linkId: string, kind?: LinkTarget["kind"]): Promise<Link | null> {
    const link = await store.remove(linkId, { kind, now: clock.now() });
    if (link !== null) await grants.end(linkId);
    return link;
  }

  return {
    ...createBadges(store, isLive),
    listOfTask: list,
    listOfApp: list,
    countView: views.count,
    flush: views.flush,

    async create({ expiresInMs, ...rest }) {
      const now = clock.now();
      const token = newSecret("cbs_");
      const link = { ...rest, id: ids.link(now), createdAt: now, expiresAt: now + expiresInMs };
      const hash = await hashSecret(token);
      switch (await store.add({ ...link, hash }, MAX_LINKS)) {
        case "added":
          return { type: "created", link, token };
        case "too-many":
          return { type: "too-many", limit: MAX_LINKS };
        case "unknown-target":
          return { type: "unknown-target" };
      }
    },

    // Whatever it is, the same is done: how long it takes tells nothing.
    open: async (token) => await find(await hashSecret(token)),

    hold: ({ id, expiresAt }, onGone) =>
      grants.hold({ id, expiresAt, isGood: () => store.exists(id) }, onGone),

    revoke,

    async revokeAllOf(makerId) {
      for (const { id } of await store.listOfMaker(makerId)) await revoke(id);
    },
  };
}

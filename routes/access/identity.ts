import type { Context, MiddlewareHandler } from "hono";
import type { GoodApiKey, Grant, Role, Scope } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { identifyByKey } from "./bearer.ts";

/** Who sends a request. */
export type Identity =
  /** Anybody, where there is no access control. */
  | { readonly type: "open" }
  | {
    readonly type: "person";
    readonly id: string;
    readonly name: string;
    readonly role: Role;
    /** What the sender comes in by, for streams that end with any of it. */
    readonly grants?: readonly Grant[];
  }
  /** A program, by its API key. */
  | {
    readonly type: "key";
    readonly id: string;
    readonly name: string;
    readonly scopes: readonly Scope[];
    /** Whose own it is; null where it is nobody's. */
    readonly owner: { readonly id: string; readonly name: string } | null;
    readonly grants?: readonly Grant[];
  }
  /** Somebody who has not signed in. */
  | { readonly type: "nobody" };

/**
 * What a route can need. `public` needs nothing: such a route looks by itself at what it is given.
 * `own` is what people have for themselves, and no key may: else one key would make another.
 */
export type Permission = "public" | Scope | "own" | "admin";

const GRANTED: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ["public", "read", "own"],
  editor: ["public", "read", "run", "edit", "own"],
  admin: ["public", "read", "run", "edit", "own", "admin"],
};

declare module "hono" {
  interface ContextVariableMap {
    identity: Identity;
  }
}

/** Finds out who sends each request, for all that follows. */
export function identify(
  { identify, executor }: Pick<Deps, "identify" | "executor">,
): MiddlewareHandler {
  return async function identifySender(c, next) {
    const identity = await identifyByKey(c, executor) ?? await identify?.(c) ?? { type: "open" };
    c.set("identity", identity);
    await next();
  };
}

/** Who has sent this request; nobody where that was not found out. */
export function identityOf(c: Context): Identity {
  return c.get("identity") ?? { type: "nobody" };
}

/** What a key may do of what it is for: no more than its owner, where it has one. */
export function scopesOf(
  { scopes, owner }: Pick<GoodApiKey, "scopes" | "owner">,
): readonly Scope[] {
  return owner === null ? scopes : scopes.filter((scope) => GRANTED[owner.role].includes(scope));
}

export function may(identity: Identity, permission: Permission): boolean {
  switch (identity.type) {
    case "open":
      return true;
    case "person":
      return GRANTED[identity.role].includes(permission);
    case "key":
      return permission === "public" || identity.scopes.some((scope) => scope === permission);
    case "nobody":
      return permission === "public";
  }
}

import type { Context } from "hono";
import { type Actor, KEEPER_ID } from "../../executor/mod.ts";
import { type Identity, identityOf } from "./identity.ts";

/** Who has sent a request, as the audit list tells of them. */
export function senderOf(c: Context): Actor {
  return actorOf(identityOf(c));
}

export function actorOf(identity: Identity): Actor {
  switch (identity.type) {
    case "open":
    case "nobody":
      return { kind: "anybody", id: "", name: "Somebody" };
    case "person":
      return { kind: "person", id: identity.id, name: identity.name };
    case "key":
      return { kind: "key", id: identity.id, name: keyNameOf(identity) };
  }
}

/** People name their keys as they like, also after others: it says whose it is. */
function keyNameOf({ name, owner }: Identity & { type: "key" }): string {
  return owner === null ? name : `${name} (key of ${owner.name})`;
}

/** What a request's sender is called among all, such as `key key_1`; null where nobody knows them. */
export function callerOf(c: Context): string | null {
  const { kind, id } = senderOf(c);
  return kind === "anybody" ? null : `${kind} ${id}`;
}

/** The person who has sent a request, themselves or by a key of their own; undefined for all others. */
export function personIdOf(c: Context): string | undefined {
  const identity = identityOf(c);
  if (identity.type === "key") return identity.owner?.id;
  return identity.type === "person" && identity.id !== KEEPER_ID ? identity.id : undefined;
}

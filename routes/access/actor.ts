import type { Actor } from "../../executor/mod.ts";
import type { Identity } from "./identity.ts";

/** A sender as the audit list tells of them. */
export function actorOf(identity: Identity): Actor {
  switch (identity.type) {
    case "open":
    case "nobody":
      return { kind: "anybody", id: "", name: "Somebody" };
    case "person":
    case "key":
      return { kind: identity.type, id: identity.id, name: identity.name };
  }
}

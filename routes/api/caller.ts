import type { Identity } from "../access/identity.ts";

/** Names a sender among all: what one of them calls a request is nothing to the others. */
export function callerOf(identity: Identity): string {
  switch (identity.type) {
    case "open":
    case "nobody":
      return "anybody";
    case "person":
    case "key":
      return `${identity.type} ${identity.id}`;
  }
}

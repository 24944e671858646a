import type { AuditRow, Deed } from "../../executor/deeds.ts";
import { paths } from "../../routes/paths.ts";

/** What was done, before the name of what it was done to. */
export const DEED_WORDS = {
  "task-run": "Ran",
  "task-forked": "Ran again",
  "task-cancelled": "Cancelled a task of",
  "task-deleted": "Deleted a task of",
  "app-created": "Created the app",
  "app-saved": "Saved the app",
  "app-deleted": "Deleted the app",
  "signed-in": "Signed in",
  "sign-in-failed": "Failed to sign in",
  "signed-out": "Signed out",
  "role-set": "Set the role of",
  "person-removed": "Removed",
  "key-created": "Created the API key",
  "key-revoked": "Revoked the API key",
  "share-created": "Shared a task of",
  "share-revoked": "Revoked a link to a task of",
  "link-created": "Made a link to the app",
  "link-revoked": "Revoked a link to the app",
} as const satisfies Record<Deed, string>;

/** Where what it was done to can be seen; null where there is nothing to see any more. */
export function hrefOf({ did, what }: Pick<AuditRow, "did" | "what">): string | null {
  if (what === null || did === "task-deleted" || did === "app-deleted") return null;
  switch (what.kind) {
    case "task":
      return paths.task(what.id);
    case "app":
      return paths.studioApp(what.id);
    case "share":
      return what.targetId === undefined ? null : paths.taskShares(what.targetId);
    case "link":
      return what.targetId === undefined ? null : paths.studioAppLinks(what.targetId);
    case "person":
    case "key":
      return null;
  }
}

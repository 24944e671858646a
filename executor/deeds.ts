/** What deeds are about; the audit list can be narrowed to one of them. */
export const AUDIT_FAMILIES = ["tasks", "apps", "access"] as const;
export type AuditFamily = typeof AUDIT_FAMILIES[number];

/** All that is told, and which family it belongs to. */
export const DEEDS = {
  "task-run": "tasks",
  "task-forked": "tasks",
  "task-cancelled": "tasks",
  "task-deleted": "tasks",
  "app-created": "apps",
  "app-saved": "apps",
  "app-deleted": "apps",
  "signed-in": "access",
  "sign-in-failed": "access",
  "signed-out": "access",
  "role-set": "access",
  "person-removed": "access",
  "key-created": "access",
  "key-revoked": "access",
  "share-created": "access",
  "share-revoked": "access",
  "link-created": "access",
  "link-revoked": "access",
} as const satisfies Readonly<Record<string, AuditFamily>>;
export type Deed = keyof typeof DEEDS;

export function isDeed(text: string): text is Deed {
  return Object.hasOwn(DEEDS, text);
}

/** Who can do something: somebody who is not known, a person, an API key, an app link's visitor. */
export const ACTOR_KINDS = ["anybody", "person", "key", "link"] as const;
/** What something can be done to. */
export const THING_KINDS = ["task", "app", "person", "key", "share", "link"] as const;

/** Who did it; of anybody the id is where they came from, such as an address, or nothing. */
export interface Actor {
  readonly kind: typeof ACTOR_KINDS[number];
  readonly id: string;
  readonly name: string;
}

/** What it was done to. A name is kept as it was then. */
export interface Thing {
  readonly kind: typeof THING_KINDS[number];
  readonly id: string;
  /** Of a task that of its app, and of a link to a task too. */
  readonly name: string;
  /** Of a link alone: the task or the app that it opens. */
  readonly targetId?: string;
}

/** That somebody did something. */
export interface AuditEntry {
  readonly who: Actor;
  readonly did: Deed;
  readonly what: Thing | null;
  /** A word or two besides, such as the role that was set. */
  readonly detail?: string;
}

/** An entry as it is kept; `at` in epoch milliseconds. */
export interface AuditRow extends AuditEntry {
  readonly id: string;
  readonly at: number;
}

/** Which rows; absent means all. `who` (the id of an actor) goes before `family`. */
export interface AuditFilter {
  readonly family?: AuditFamily;
  readonly who?: string;
}

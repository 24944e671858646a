/** What somebody can be let do with apps and tasks, from least to most. */
export const SCOPES = ["read", "run", "edit"] as const;
export type Scope = typeof SCOPES[number];

/** What a person can be here, from least to most. */
export const ROLES = ["viewer", "editor", "admin"] as const;
export type Role = typeof ROLES[number];

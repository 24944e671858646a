/** What of a task a link can show. */
export const SHOWN_PARTS = ["outputs", "steps", "inputs"] as const;
export type ShownPart = typeof SHOWN_PARTS[number];

/** What a link opens: a task to see, or an app to run with so many tokens a day at most. */
export type LinkTarget =
  | { readonly kind: "task"; readonly taskId: string }
  | { readonly kind: "app"; readonly appId: string; readonly tokensPerDay: number };

/** A link that somebody gave away. Whoever has its secret may use it. Times are epoch milliseconds. */
export interface Link {
  readonly id: string;
  readonly target: LinkTarget;
  readonly show: readonly ShownPart[];
  /** Web sites that may hold it in a frame, as `https://example.org`. */
  readonly origins: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The name of whoever made it. */
  readonly createdBy: string;
  /** The person who made it, themselves or by a key of their own; absent where nobody is known. */
  readonly makerId?: string;
}

/** A link as a list shows it. */
export interface ListedLink extends Link {
  /** How often it was opened; some of the last few seconds may be missing. */
  readonly views: number;
}

export function targetId(target: LinkTarget): string {
  return target.kind === "task" ? target.taskId : target.appId;
}

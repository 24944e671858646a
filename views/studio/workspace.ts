import type { App } from "../../executor/app.ts";

/** What the workspace editor of an app shows. */
export interface Workspace {
  /** The newest version there is. */
  readonly app: App;
  /** Step ids of that version in the order they can run; those of one level run in parallel. */
  readonly levels: readonly (readonly string[])[];
  readonly kinds: readonly KindReference[];
  /** What stands in the fields: the saved version, or what was typed where it was not saved. */
  readonly draft: Draft;
  readonly state: EditorState;
}

/** The three fields of the editor. `definition` is the JSON of inputs, steps and outputs. */
export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly definition: string;
}

/** How the draft stands to what is saved. */
export type EditorState =
  | { readonly kind: "fresh" }
  | { readonly kind: "saved" }
  | {
    readonly kind: "invalid";
    /** The version the draft was made from. */
    readonly basedOn: number;
    readonly problems: readonly EditorProblem[];
  }
  /** `Workspace.app` was saved after the draft was begun; `theirs` is its text. */
  | { readonly kind: "conflict"; readonly theirs: Draft };

export interface EditorProblem {
  readonly message: string;
  /** In the definition as typed, from 1. */
  readonly line: number | null;
  /** Such as `steps[2].config.prompt`. */
  readonly path: string | null;
  readonly field: keyof Draft;
}

/** A step kind as the editor's reference tells of it. */
export interface KindReference {
  /** The word definitions use. */
  readonly kind: string;
  readonly label: string;
  readonly settings: readonly { readonly name: string; readonly isRequired: boolean }[];
}

/** The version that saving the draft replaces. After a conflict that is theirs, on purpose. */
export function baseVersion({ app, state }: Pick<Workspace, "app" | "state">): number {
  return state.kind === "invalid" ? state.basedOn : app.version;
}

import type { ListedLink, ShownPart } from "../../executor/link.ts";
import type { Snippet } from "../snippet_list.tsx";

/** What is shown about the links to a task. */
export interface TaskShares {
  readonly taskId: string;
  /** The name of its app. */
  readonly name: string;
  readonly links: readonly ListedLink[];
  readonly form: ShareForm;
  /** The link that was made just now; null where none was. */
  readonly made: MadeShare | null;
}

export interface MadeShare {
  readonly url: string;
  /** Ways to show the task on other sites. */
  readonly snippets: readonly Snippet[];
}

/** The form that makes a link, as it was filled in. */
export interface ShareForm {
  readonly show: readonly ShownPart[];
  readonly days: number;
  readonly sites: string;
  /** Sentences, by field. */
  readonly errors: { readonly sites?: string };
  /** What concerns all of it. */
  readonly message: string | null;
}

/** What its fields are called: as no input of an app can be, whose form may stand on the same page. */
export const SHARE_FIELDS = {
  outputs: "share-outputs",
  steps: "share-steps",
  inputs: "share-inputs",
  days: "share-days",
  sites: "share-sites",
} as const;

export const NEW_SHARE: ShareForm = {
  show: ["outputs"],
  days: 7,
  sites: "",
  errors: {},
  message: null,
};

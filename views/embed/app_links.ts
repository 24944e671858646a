import type { App } from "../../executor/app.ts";
import type { ListedLink } from "../../executor/link.ts";
import type { Snippet } from "../snippet_list.tsx";

/** What the page about an app's links shows. */
export interface AppLinks {
  readonly app: App;
  readonly links: readonly ListedLink[];
  readonly form: AppLinkForm;
  /** Of the link that was made just now; null where none was. */
  readonly snippets: readonly Snippet[] | null;
}

/** The form that makes a link, as it was typed. */
export interface AppLinkForm {
  readonly sites: string;
  readonly hasSteps: boolean;
  readonly tokensPerDay: string;
  readonly days: number;
  /** Sentences, by field. */
  readonly errors: { readonly sites?: string; readonly tokensPerDay?: string };
  /** What concerns all of it. */
  readonly message: string | null;
}

export const NEW_LINK: AppLinkForm = {
  sites: "",
  hasSteps: false,
  tokensPerDay: "100000",
  days: 30,
  errors: {},
  message: null,
};

import type { App } from "../../executor/app.ts";
import type { ListedLink } from "../../executor/link.ts";
import type { Snippet } from "./snippets.ts";

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

/** For how many days a link may be good, with the words people choose. */
export const LINK_DAYS = new Map([[1, "1 day"], [7, "7 days"], [30, "30 days"], [365, "1 year"]]);

export const NEW_LINK: AppLinkForm = {
  sites: "",
  hasSteps: false,
  tokensPerDay: "100000",
  days: 30,
  errors: {},
  message: null,
};

import type { Scope } from "../../executor/access/roles.ts";

/** The form that creates an API key, as it was typed. */
export interface KeyForm {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** For how many days it is good; 0 for without end. */
  readonly days: number;
  /** Sentences, by field. */
  readonly errors: { readonly name?: string };
  /** What concerns all of it. */
  readonly message: string | null;
}

/** For how many days a key may be good, with the words people choose. */
export const KEY_DAYS = new Map([[30, "30 days"], [90, "90 days"], [365, "1 year"], [0, "No end"]]);

export const NEW_KEY: KeyForm = {
  name: "",
  scopes: ["read", "run"],
  days: 90,
  errors: {},
  message: null,
};

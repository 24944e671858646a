/** What a time needs to become words: the reader's zone, and the moment that counts as now. */
export interface TimeContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA name; `"UTC"` until the reader's browser has told its own. */
  readonly timeZone: string;
}

/** What every page needs beside its own data. */
export interface PageContext extends TimeContext {
  readonly assets: Assets;
  readonly reader: Reader;
}

/** Whom a page is for, and what it may offer them. */
export interface Reader {
  /** Null where nobody signs in. */
  readonly name: string | null;
  readonly may: {
    /** False for whoever has yet to sign in. */
    readonly read: boolean;
    readonly run: boolean;
    readonly edit: boolean;
    /** Whether they may have something for themselves, such as API keys. */
    readonly own: boolean;
    readonly admin: boolean;
  };
}

/** URLs of what a page loads. */
export interface Assets {
  readonly stylesheet: string;
  /** For what is not on every page: Studio, links, settings, the API. */
  readonly sideStylesheet: string;
  /** Comes with the first dialog. */
  readonly dialogScript: string;
  /** In the order they run; all of them are deferred. */
  readonly scripts: readonly Script[];
}

export interface Script {
  readonly src: string;
  readonly module: boolean;
}

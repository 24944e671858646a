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
}

/** URLs of what a page loads. */
export interface Assets {
  readonly stylesheet: string;
  /** In the order they run; all of them are deferred. */
  readonly scripts: readonly Script[];
}

export interface Script {
  readonly src: string;
  readonly module: boolean;
}

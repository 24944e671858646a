type Status = `${number}` | `${number}x` | `${number}xx`;

/** What can be asked of htmx on one element. Each field is the attribute of that name. */
export interface HxOptions {
  readonly get?: string;
  readonly post?: string;
  readonly trigger?: string;
  readonly target?: string;
  readonly swap?: string;
  readonly select?: string;
  readonly selectOob?: string;
  readonly pushUrl?: boolean;
  readonly replaceUrl?: boolean;
  readonly sync?: string;
  readonly include?: string;
  /** How fields are sent, where files are among them. */
  readonly encoding?: "multipart/form-data";
  readonly indicator?: string;
  /** Elements that are disabled while the request runs. */
  readonly disable?: string;
  readonly confirm?: string;
  /** By status such as `"422"` or `"5xx"`: what to do with that answer instead, as `swap:none`. */
  readonly status?: Readonly<Partial<Record<Status, string>>>;
  /** A stream to follow. */
  readonly sseConnect?: string;
  /** The event that ends the stream. */
  readonly sseClose?: string;
  /** Leaves the element as it is when a morph comes by. */
  readonly morphSkip?: boolean;
}

/**
 * htmx attributes, to be spread into an element. It is the one place that spells them, because JSX
 * lets any attribute pass, also a misspelt one.
 */
export function hx(options: HxOptions): Readonly<Record<string, string>> {
  const attributes = {
    "hx-get": options.get,
    "hx-post": options.post,
    "hx-trigger": options.trigger,
    "hx-target": options.target,
    "hx-swap": options.swap,
    "hx-select": options.select,
    "hx-select-oob": options.selectOob,
    "hx-push-url": options.pushUrl?.toString(),
    "hx-replace-url": options.replaceUrl?.toString(),
    "hx-sync": options.sync,
    "hx-include": options.include,
    "hx-encoding": options.encoding,
    "hx-indicator": options.indicator,
    "hx-disable": options.disable,
    "hx-confirm": options.confirm,
    "hx-sse:connect": options.sseConnect,
    "hx-sse:close": options.sseClose,
    "hx-morph-skip": options.morphSkip ? "" : undefined,
    ...byStatus(options.status ?? {}),
  };
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]]
    ),
  );
}

function byStatus(answers: NonNullable<HxOptions["status"]>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [`hx-status:${status}`, answer]),
  );
}

import type { About, Executor } from "../executor/mod.ts";
import type { RenderMarkdown } from "../views/text/markdown.ts";
import type { Context } from "hono";
import type { Identity } from "./access/identity.ts";
import type { AccessSettings } from "./access/settings.ts";
import type { Reach } from "./request/guards.ts";
import type { Rates } from "./request/rates.ts";
import type { StaticFiles } from "./static_files.ts";
import type { EventStreams } from "./streams/event_stream.ts";
import type { Answer } from "./telemetry/answers.ts";
import type { Metrics } from "./telemetry/metrics.ts";

/** What the routes need of the world. */
export interface Deps {
  readonly executor: Executor;
  readonly staticFiles: StaticFiles;
  readonly streams: EventStreams;
  /** Anywhere, under any name, where it is absent. */
  readonly reach?: Reach;
  /** Who sends a request; everybody may do everything where it is absent. */
  readonly identify?: (c: Context) => Promise<Identity>;
  /** How people sign in; nobody does where it is absent. */
  readonly access?: AccessSettings;
  /** Proxies whose `X-Forwarded-For` is believed; none where it is absent. */
  readonly trustedProxies?: number;
  /** How often one sender may ask; as often as they like where it is absent. */
  readonly rates?: Rates;
  /** Loads the Markdown parser, once. */
  readonly loadMarkdown: () => Promise<RenderMarkdown>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Calls `action` after `ms` milliseconds; the answer calls it off. */
  readonly after: (ms: number, action: () => void) => () => void;
  /** Names this start of the process. */
  readonly processId: string;
  /** Told of errors that readers see only as a reference. */
  readonly onError: (error: unknown, where: string, about?: About) => void;
  /** Told of each request as its answer begins. */
  readonly onAnswer?: (answer: Answer) => void;
  /** What was counted, for `GET /metrics`. */
  readonly metrics?: Metrics;
}

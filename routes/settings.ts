import { z } from "zod";
import type { ModelSettings } from "../executor/mod.ts";
import {
  ACCESS_ENVIRONMENT,
  ACCESS_WANTED,
  accessOf,
  accessSecrets,
  type AccessSettings,
} from "./access/settings.ts";
import type { Reach } from "./request/guards.ts";
import type { LogOptions } from "./telemetry/log.ts";
import { NO_RATES, type Rates } from "./request/rates.ts";
import { LOG_LEVELS } from "./telemetry/log_lines.ts";

/** What the environment decides. */
export interface Settings {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  readonly reach: Reach;
  readonly access: AccessSettings;
  /** How many proxies stand before it, each adding to `X-Forwarded-For`; 0: nobody is believed. */
  readonly trustedProxies: number;
  readonly rates: Rates;
  /** A file, `":memory:"` or the URL of a KV Connect service; null for the database Deno Deploy attaches. */
  readonly kvPath: string | null;
  /** Tasks run at once. */
  readonly concurrency: number;
  /** Tasks queued at once, over all apps; more are refused. */
  readonly maxQueued: number;
  /** Days after which tasks that have ended are deleted; null keeps them for ever. */
  readonly retentionDays: number | null;
  readonly model: ModelSettings | null;
  readonly log: Pick<LogOptions, "format" | "level">;
  /** Whether Deno exports traces: its own `OTEL_DENO`. */
  readonly isTraced: boolean;
  /** Keys among the settings: no log line may hold them. */
  readonly secrets: readonly string[];
  /** Sentences about what can be started with, and is likely not meant. */
  readonly warnings: readonly string[];
}

/** Settings, or a sentence for each that is wrong. */
export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Addresses and names that only this machine reaches. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){1,3}|\[?::1\]?)$/i;
/** Where others than this machine come in, unless set. */
const USUAL_RATES: Rates = { tasks: 300, requests: 3_000 };
const DEFAULT_KV_PATH = ".data/callboard.db";

const Environment = z.object({
  PORT: wholeNumber({ min: 0, max: 65_535 }).default(8_000),
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  ...ACCESS_ENVIRONMENT,
  TRUSTED_PROXIES: wholeNumber({ min: 0, max: 10 }).default(0),
  RATE_LIMIT_TASKS: wholeNumber({ min: 1, max: 1_000_000 }).optional(),
  RATE_LIMIT_REQUESTS: wholeNumber({ min: 1, max: 1_000_000 }).optional(),
  KV_PATH: z.string().refine((path) => !/^http:/i.test(path) || isLoopbackUrl(path)).optional(),
  CONCURRENCY: wholeNumber({ min: 1, max: 1_000 }).default(64),
  MAX_QUEUED: wholeNumber({ min: 1, max: 10_000_000 }).default(100_000),
  RETENTION_DAYS: wholeNumber({ min: 1, max: 36_500 }).optional(),
  MODEL_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  MODEL_API_KEY: z.string().optional(),
  MODEL: z.string().optional(),
  LOG_FORMAT: z.enum(["text", "json"]).default("text"),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  OTEL_DENO: z.string().optional(),
  DENO_DEPLOYMENT_ID: z.string().optional(),
  DENO_KV_ACCESS_TOKEN: z.string().optional(),
});

const WANTED: Readonly<Record<string, string>> = {
  PORT: "a whole number from 0 to 65535",
  PUBLIC_URL: "a URL such as https://callboard.example.org",
  ...ACCESS_WANTED,
  TRUSTED_PROXIES: "a whole number from 0 to 10",
  KV_PATH: "a file, :memory: or an https:// URL (http:// on this machine alone)",
  CONCURRENCY: "a whole number from 1 to 1000",
  RATE_LIMIT_TASKS: "a whole number from 1 to 1000000",
  RATE_LIMIT_REQUESTS: "a whole number from 1 to 1000000",
  MAX_QUEUED: "a whole number from 1 to 10000000",
  RETENTION_DAYS: "a whole number of days from 1 to 36500",
  LOG_FORMAT: "text or json",
  LOG_LEVEL: "debug, info, warning or error",
  MODEL_BASE_URL: "a URL such as https://api.example.com/v1",
};

/** Reads the settings. An empty value counts as not set. */
export function parseSettings(environment: Readonly<Record<string, string>>): SettingsResult {
  const set = Object.entries(environment).filter(([, value]) => value !== "");
  // Once in a process: writing code that does it faster would take longer than doing it.
  const parsed = Environment.safeParse(Object.fromEntries(set), { jitless: true });
  if (!parsed.success) {
    const names = new Set(parsed.error.issues.map(({ path }) => String(path[0])));
    return { ok: false, problems: [...names].map((name) => wrong(name, environment[name])) };
  }
  const { PORT, HOST, PUBLIC_URL, KV_PATH, CONCURRENCY, MODEL_BASE_URL, MODEL, ...rest } =
    parsed.data;
  if ((MODEL_BASE_URL === undefined) !== (MODEL === undefined)) {
    const [alone, missing] = MODEL === undefined
      ? ["MODEL_BASE_URL", "MODEL"]
      : ["MODEL", "MODEL_BASE_URL"];
    return { ok: false, problems: [`Cannot use ${alone} alone: set ${missing} as well`] };
  }
  const attached = rest.DENO_DEPLOYMENT_ID !== undefined;
  const reason = exposureOf({ isAttached: attached, HOST, PUBLIC_URL });
  const access = accessOf(rest, { reason, isLoopbackUrl });
  if (typeof access === "string") return { ok: false, problems: [access] };
  // On a machine of one's own nobody has to be kept from asking.
  const usual = reason === null && access.type === "open" ? NO_RATES : USUAL_RATES;
  const model = MODEL_BASE_URL === undefined || MODEL === undefined
    ? null
    : { baseUrl: MODEL_BASE_URL, model: MODEL, apiKey: rest.MODEL_API_KEY ?? null };
  const kvPath = KV_PATH ?? (attached ? null : DEFAULT_KV_PATH);
  return {
    ok: true,
    settings: {
      port: PORT,
      host: HOST,
      reach: {
        // On Deno Deploy whoever can point a name at it owns that name.
        isOwnNamesOnly: (LOOPBACK.test(HOST) || access.type === "open") && !attached,
        publicOrigin: PUBLIC_URL === undefined ? null : new URL(PUBLIC_URL).origin,
      },
      access,
      trustedProxies: rest.TRUSTED_PROXIES,
      rates: {
        tasks: rest.RATE_LIMIT_TASKS ?? usual.tasks,
        requests: rest.RATE_LIMIT_REQUESTS ?? usual.requests,
      },
      kvPath,
      concurrency: CONCURRENCY,
      maxQueued: rest.MAX_QUEUED,
      retentionDays: rest.RETENTION_DAYS ?? null,
      model,
      log: { format: rest.LOG_FORMAT, level: rest.LOG_LEVEL },
      isTraced: rest.OTEL_DENO === "true" || rest.OTEL_DENO === "1",
      secrets: [
        ...[rest.MODEL_API_KEY, rest.DENO_KV_ACCESS_TOKEN].filter((key) => key !== undefined),
        ...accessSecrets(access),
      ],
      warnings: isProxyUnknown({ isAttached: attached, HOST, PUBLIC_URL, ...rest })
        ? [
          `PUBLIC_URL is "${PUBLIC_URL}", so a proxy stands before Callboard, but TRUSTED_PROXIES ` +
          `is 0: everybody has the proxy's address, and one who does too much keeps out all others`,
        ]
        : [],
    },
  };
}

/** Why others than this machine may reach the server; null where nothing says so. */
function exposureOf({ isAttached, HOST, PUBLIC_URL }: {
  readonly isAttached: boolean;
  readonly HOST: string;
  readonly PUBLIC_URL?: string;
}): string | null {
  if (isAttached) return "it runs on Deno Deploy";
  if (!LOOPBACK.test(HOST)) return `HOST is "${HOST}", which others reach`;
  if (PUBLIC_URL === undefined || isLoopbackUrl(PUBLIC_URL)) return null;
  return `PUBLIC_URL is "${PUBLIC_URL}", which others reach`;
}

/** Whether people come in by a proxy whose word on their addresses is not believed. */
function isProxyUnknown({ isAttached, HOST, PUBLIC_URL = "", TRUSTED_PROXIES }: {
  readonly isAttached: boolean;
  readonly HOST: string;
  readonly PUBLIC_URL?: string;
  readonly TRUSTED_PROXIES: number;
}): boolean {
  if (isAttached || TRUSTED_PROXIES > 0 || PUBLIC_URL === "" || isLoopbackUrl(PUBLIC_URL)) {
    return false;
  }
  return LOOPBACK.test(HOST) || PUBLIC_URL.startsWith("https:");
}

/** The token and all data go over it as they are, so an open connection must not leave the machine. */
function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && LOOPBACK.test(url.hostname);
}

function wrong(name: string, value = ""): string {
  return `Cannot use "${value}" as ${name}: it has to be ${WANTED[name] ?? "text"}`;
}

function wholeNumber({ min, max }: { readonly min: number; readonly max: number }) {
  return z.string().regex(/^\d{1,9}$/).transform(Number).pipe(z.int().min(min).max(max));
}

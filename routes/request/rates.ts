import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Rate, SentRequest, StartTarget } from "../../executor/mod.ts";
import { callerOf, personIdOf } from "../access/actor.ts";
import { addressOf } from "../access/address.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";

/** How often one sender may do what costs something, a minute; null for as often as they like. */
export interface Rates {
  /** Starts of tasks, forks among them. */
  readonly tasks: number | null;
  /** Requests below `/api/v1`. */
  readonly requests: number | null;
}

export const NO_RATES: Rates = { tasks: null, requests: null };

const MINUTE_MS = 60_000;
/** A process takes this share of a limit at once, so that few requests wait for the database. */
const SHARE = 20;

/** Somebody starts tasks faster than they may: when to try again, and how many they may a minute. */
export interface StartedTooOften {
  readonly type: "too-often";
  /** `repeats` are requests that were sent before. */
  readonly what: "tasks" | "repeats";
  readonly seconds: number;
  readonly limit: number;
}

/** What is asked to be started; `sent` is null where the request may not be sent again. */
interface WantedStart {
  readonly target: StartTarget;
  readonly sent: SentRequest | null;
}

/**
 * Takes one start; null where they may. A request that has made its task before starts none: it is
 * counted apart, so that whoever has to send it again has no start less.
 */
export async function takeStart(
  c: Context,
  deps: Deps,
  { target, sent }: WantedStart,
): Promise<StartedTooOften | null> {
  const { tasks: limit } = deps.rates ?? NO_RATES;
  if (limit === null) return null;
  const isRepeat = sent !== null && await deps.executor.tasks.hasMade(target, sent);
  const what = isRepeat ? "repeats" : "tasks";
  const seconds = await take(c, deps, { what, perMinute: limit });
  return seconds === null ? null : { type: "too-often", what, seconds, limit };
}

export function startedTooOften({ what, seconds, limit }: StartedTooOften): string {
  const done = what === "tasks" ? "tasks a minute are started" : "repeats a minute are answered";
  return `No more than ${limit} ${done} for you. Try again in ${seconds} s`;
}

/** Answers 429 to who sends more requests to the API than they may. */
export function limitRequests(deps: Deps): MiddlewareHandler {
  const { requests: perMinute } = deps.rates ?? NO_RATES;
  return async function limitRequests(c, next) {
    if (c.req.path.startsWith(paths.api.root())) {
      const seconds = await take(c, deps, { what: "requests", perMinute });
      if (seconds !== null) {
        c.header("Retry-After", String(seconds));
        throw new HTTPException(429, {
          message:
            `No more than ${perMinute} requests a minute are taken. Try again in ${seconds} s`,
        });
      }
    }
    await next();
  };
}

interface Wanted {
  readonly what: keyof Rates | "repeats";
  readonly perMinute: number | null;
}

async function take(c: Context, deps: Deps, { what, perMinute }: Wanted): Promise<number | null> {
  if (perMinute === null) return null;
  const atOnce = Math.floor(perMinute / SHARE);
  const rate: Rate = { limit: perMinute, windowMs: MINUTE_MS, atOnce };
  const taken = await deps.executor.limits.take(`${what} of ${countedAs(c, deps)}`, rate);
  return taken.ok ? null : Math.ceil(taken.retryAfterMs / 1_000);
}

/**
 * Who is counted: a person, with all keys of their own, a key of nobody's own, or else the address
 * that a request comes from.
 */
function countedAs(c: Context, { trustedProxies = 0 }: Deps): string {
  const personId = personIdOf(c);
  if (personId !== undefined) return `person ${personId}`;
  return callerOf(c) ?? `address ${networkOf(addressOf(c, trustedProxies) ?? "unknown")}`;
}

/** Of IPv6 the first half: whoever has one address there has all that differ in the other. */
export function networkOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0");
  return [...groups, ...zeros, ...rest].slice(0, 4).join(":");
}

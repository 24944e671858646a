import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { FaultFragment, FaultPage, type FaultProps } from "../views/fault_page.tsx";
import { type Missing, NotFound, NotFoundPage } from "../views/not_found.tsx";
import { showsKey } from "./access/bearer.ts";
import type { Identity } from "./access/identity.ts";
import type { Deps } from "./deps.ts";
import { paths } from "./paths.ts";
import { problem } from "./problem.ts";
import { quoted } from "./request/quoted.ts";
import { pageContext, sendsJson, wantsFragment, wantsJson } from "./request/requests.ts";

/** What was asked for is not there. */
export class MissingError extends Error {
  override name = "MissingError";

  constructor(readonly missing: Missing) {
    super(`There is no ${missing.what} here`);
  }
}

/** What was asked for cannot be done as things stand: 409, with what to do about it. */
export class ConflictError extends HTTPException {
  override name = "ConflictError";

  constructor(message: string, readonly words: Words) {
    super(409, { message });
  }
}

/** Whoever asks may not do this; nobody may once they have signed in. */
export class DeniedError extends Error {
  override name = "DeniedError";

  constructor(readonly identity: Identity) {
    super("This is not allowed");
  }
}

export function unknownApp(id: string): MissingError {
  return new MissingError({ what: "app", id });
}

export function unknownTask(id: string): MissingError {
  return new MissingError({ what: "task", id });
}

/** The one place where an error becomes an answer: a page, a fragment or JSON, as was asked for. */
export function answerError(error: unknown, c: Context, deps: Deps): Response | Promise<Response> {
  if (error instanceof MissingError) return answerMissing(error.missing, c, deps);
  if (error instanceof DeniedError) return answerDenied(error.identity, c, deps);
  if (error instanceof HTTPException) {
    const words = error instanceof ConflictError ? error.words : WORDS[error.status] ?? WORDS[400];
    const fault = { ...words, sentence: `${error.message}.` };
    return answerFault(c, deps, { status: error.status, ...fault });
  }
  const reference = crypto.randomUUID().slice(0, 8);
  deps.onError(error, `${c.req.method} ${c.req.path}`, { reference });
  return answerFault(c, deps, { status: 500, ...UNEXPECTED, reference });
}

export function answerMissing(missing: Missing, c: Context, deps: Deps) {
  c.header("Cache-Control", "no-store");
  if (isProgram(c)) {
    return problem(c, {
      status: 404,
      title: "Not found",
      detail: missing.what === "page"
        ? "There is nothing at this address"
        : `There is no such ${missing.what}`,
    });
  }
  return wantsFragment(c)
    ? c.html(<NotFound missing={missing} />, 404)
    : c.html(<NotFoundPage context={pageContext(c, deps)} missing={missing} />, 404);
}

/** The path is there, and is answered to these methods only. */
export function answerOtherMethod(methods: readonly string[], c: Context, deps: Deps) {
  c.header("Allow", methods.join(", "));
  return answerFault(c, deps, {
    status: 405,
    title: "This cannot be done here",
    sentence: `This address takes ${methods.join(", ")}, not ${quoted(c.req.method)}.`,
    advice: "Go back and use the page itself.",
  });
}

function answerDenied(identity: Identity, c: Context, deps: Deps) {
  if (identity.type === "key") return answerFault(c, deps, { status: 403, ...OUT_OF_SCOPE });
  if (identity.type !== "nobody") return answerFault(c, deps, { status: 403, ...DENIED });
  if (goesToPage(c)) {
    c.header("Cache-Control", "no-store");
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(paths.signIn(c.req.method === "GET" ? pathname + search : undefined), 303);
  }
  const hasKey = showsKey(c);
  c.header("WWW-Authenticate", hasKey ? 'Bearer error="invalid_token"' : "Bearer");
  return answerFault(c, deps, { status: 401, ...hasKey ? UNKNOWN_KEY : UNKNOWN_SENDER });
}

/** Whether a browser goes to a page with it, and shows whatever comes. */
function goesToPage(c: Context): boolean {
  return !isProgram(c) && !showsKey(c) && c.req.header("HX-Request") === undefined &&
    /\btext\/html\b/.test(c.req.header("Accept") ?? "");
}

function answerFault(c: Context, deps: Deps, fault: Fault) {
  const { status } = fault;
  c.header("Cache-Control", "no-store");
  if (isProgram(c)) return problem(c, { status, title: fault.title, detail: fault.sentence });
  return wantsFragment(c)
    ? c.html(<FaultFragment fault={fault} />, status)
    : c.html(<FaultPage context={pageContext(c, deps)} fault={fault} />, status);
}

function isProgram(c: Context): boolean {
  return wantsJson(c) || sendsJson(c) || showsKey(c) || c.req.path.endsWith(".json") ||
    `${c.req.path}/`.startsWith(paths.api.root());
}

interface Fault extends FaultProps {
  readonly status: ContentfulStatusCode;
}

interface Words {
  readonly title: string;
  readonly advice: string;
}

const WORDS: Readonly<Record<number, Words>> & { readonly 400: Words } = {
  400: { title: "This request cannot be read", advice: "Go back and try again." },
  403: { title: "This is not allowed from there", advice: "Open Callboard itself and try again." },
  413: { title: "This is too much at once", advice: "Go back and send less." },
  415: { title: "This cannot be read", advice: "Go back and use the form." },
  422: {
    title: "This cannot be run",
    advice: "Load the task's page again, and use the form at its end.",
  },
  429: { title: "Too many at once", advice: "Nothing was started. Wait a moment, then try again." },
  503: { title: "The queue is full", advice: "Nothing was started." },
};

const DENIED = {
  title: "You may not do this",
  sentence: "Your role here does not include it.",
  advice: "Ask whoever runs this Callboard.",
};

const OUT_OF_SCOPE = {
  title: "This key may not do this",
  sentence: "Its scopes, or its owner's role, do not include it.",
  advice: "Create a key that may, or ask whoever runs this Callboard.",
};

const UNKNOWN_KEY = {
  title: "This key is not good",
  sentence: "It has expired, was revoked or never was one, or its owner was removed.",
  advice: "Create another one under Settings.",
};

const UNKNOWN_SENDER = {
  title: "Sign in first",
  sentence: "You are not signed in, or no longer.",
  advice: "Sign in and try again.",
  way: { to: paths.signIn(), label: "Sign in" },
};

const UNEXPECTED = {
  title: "Something went wrong here",
  sentence: "Callboard could not finish this request, and nothing of it was kept.",
  advice: "Try again. If it happens again, look for the reference in the log.",
};

import type { Context } from "hono";
import {
  type FormFields,
  type FormSource,
  formValues,
  type RawInputs,
} from "../../executor/mod.ts";
import { EmbeddedApp } from "../../views/embed/embedded_app.tsx";
import { EmbedPage } from "../../views/embed/embed_page.tsx";
import { paths } from "../paths.ts";
import { problem } from "../problem.ts";
import { wantsJson } from "../request/requests.ts";
import { type RefusedStart, sayWhen, startProblem } from "../tasks/started.ts";
import { framedBy } from "./cross_origin.ts";
import type { OpenedApp } from "./opened.ts";

/** Who asks: a person's browser for a page, `embed.js`, which reads fragments and JSON, or a program. */
export type Asker = "page" | "script" | "program";

export function askerOf(c: Context): Asker {
  if (wantsJson(c)) return "program";
  return /\bapplication\/json\b/.test(c.req.header("Accept") ?? "") ? "script" : "page";
}

/** The form as it stands: what is in its fields, and what is wrong with it. */
export interface FormState {
  readonly source: FormSource;
  readonly errors?: Readonly<Record<string, string>>;
  readonly message?: string;
}

/** The form alone, for another site's page. */
export function appFragment({ app, token }: OpenedApp, { source, errors, message }: FormState) {
  const { name, description, inputs } = app.definition;
  return (
    <EmbeddedApp
      name={name}
      description={description}
      action={paths.embed.appTasks(token)}
      inputs={inputs}
      values={formValues(inputs, source)}
      errors={errors ?? {}}
      message={message ?? null}
    />
  );
}

/** The form, and where it says how other sites show it. */
export interface AppPageState extends FormState {
  readonly oEmbedUrl?: string;
}

/** A page of the form, for an iframe. Its script shows the tasks below the form. */
export function appPage(c: Context, opened: OpenedApp, state: AppPageState) {
  const { app, link, token } = opened;
  framedBy(c, link.origins);
  const { search } = new URL(c.req.url);
  return (
    <EmbedPage title={app.definition.name} oEmbedUrl={state.oEmbedUrl}>
      <callboard-app token={token} query={search || undefined}>
        {appFragment(opened, state)}
      </callboard-app>
    </EmbedPage>
  );
}

/** Why no task was started: in the form, where there is one to be shown. */
export function answerRefusedStart(
  c: Context,
  opened: OpenedApp,
  { raw, result }: { readonly raw: RawInputs; readonly result: RefusedStart },
): Response | Promise<Response> {
  sayWhen(c, result);
  const body = startProblem(result);
  const asker = askerOf(c);
  if (raw.source === "json" || asker === "program") return problem(c, body);
  const now = { ...opened, app: result.app };
  const state: FormState = {
    source: { from: "form", fields: raw.fields },
    ...result.type === "invalid" ? { errors: result.errors } : { message: body.detail },
  };
  if (asker === "page") return c.html(appPage(c, now, state), body.status);
  return result.type === "invalid"
    ? c.html(appFragment(now, state), body.status)
    : problem(c, body);
}

/** Says when to try again; what was typed stays in the form. */
export function answerLater(
  c: Context,
  opened: OpenedApp,
  { sentence, retryAfterMs, fields }: {
    readonly sentence: string;
    readonly retryAfterMs: number;
    readonly fields: FormFields;
  },
): Response | Promise<Response> {
  c.header("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
  if (askerOf(c) !== "page") {
    return problem(c, { status: 429, title: "Too many tasks", detail: sentence });
  }
  const source = { from: "form", fields } as const;
  return c.html(appPage(c, opened, { source, message: sentence }), 429);
}

import type { Context } from "hono";
import { type App, isLinkId, type Thing } from "../../executor/mod.ts";
import { type AppLinkForm, NEW_LINK } from "../../views/embed/app_links.ts";
import { AppLinksPage } from "../../views/embed/app_links_page.tsx";
import { appSnippets } from "../../views/embed/snippets.ts";
import type { Snippet } from "../../views/snippet_list.tsx";
import { personIdOf, senderOf } from "../access/actor.ts";
import { tell } from "../access/tell.ts";
import type { Deps } from "../deps.ts";
import { LINK_DAYS } from "../../views/links/link_fields.tsx";
import { DAY_SECONDS, readDays } from "../request/days.ts";
import { readSites } from "../request/sites.ts";
import { unknownApp } from "../errors.tsx";
import { formFields } from "../request/form_fields.ts";
import { paths } from "../paths.ts";
import { pageContext } from "../request/requests.ts";
import { siteOrigin } from "../request/site_origin.ts";

const MAX_TOKENS = 1_000_000_000;

/** The page of an app's links, where they are made and revoked. */
export interface AppLinkAnswers {
  page(c: Context): Promise<Response>;
  create(c: Context): Promise<Response>;
  revoke(c: Context): Promise<Response>;
}

export function createAppLinkAnswers(deps: Deps): AppLinkAnswers {
  const { apps, links } = deps.executor;
  return {
    async page(c) {
      return await answer(c, await readApp(c), { form: NEW_LINK, snippets: null });
    },

    async create(c) {
      const app = await readApp(c);
      const typed = readForm(await formFields(c));
      if (!typed.ok) return await refuse(c, app, typed.form);
      const made = await links.create({
        target: { kind: "app", appId: app.id, tokensPerDay: typed.tokensPerDay },
        show: typed.form.hasSteps ? ["outputs", "steps"] : ["outputs"],
        origins: typed.origins,
        expiresInMs: typed.form.days * DAY_SECONDS * 1_000,
        createdBy: senderOf(c).name,
        makerId: personIdOf(c),
      });
      switch (made.type) {
        case "unknown-target":
          throw unknownApp(app.id);
        case "too-many": {
          const message = `This app has ${made.limit} links already: revoke one of them first`;
          return await refuse(c, app, { ...typed.form, message });
        }
        case "created": {
          const { name } = app.definition;
          tell(c, deps, { did: "link-created", what: thingOf(app, made.link.id) });
          const source = { origin: siteOrigin(c, deps), token: made.token, title: name };
          const badge = await links.badgeOf(made.link.id);
          return await answer(c, app, { form: NEW_LINK, snippets: appSnippets(source, badge) });
        }
      }
    },

    async revoke(c) {
      const app = await readApp(c);
      const linkId = c.req.param("linkId") ?? "";
      const isThere = isLinkId(linkId) &&
        (await links.listOfApp(app.id)).some(({ id }) => id === linkId);
      if (isThere && await links.revoke(linkId, "app")) {
        tell(c, deps, { did: "link-revoked", what: thingOf(app, linkId) });
      }
      return c.redirect(paths.studioAppLinks(app.id), 303);
    },
  };

  async function readApp(c: Context): Promise<App> {
    const appId = c.req.param("appId") ?? "";
    const app = await apps.read(appId);
    if (app === null) throw unknownApp(appId);
    return app;
  }

  async function refuse(c: Context, app: App, form: AppLinkForm): Promise<Response> {
    c.status(422);
    return await answer(c, app, { form, snippets: null });
  }

  async function answer(
    c: Context,
    app: App,
    rest: { readonly form: AppLinkForm; readonly snippets: readonly Snippet[] | null },
  ): Promise<Response> {
    c.header("Cache-Control", "no-store");
    const page = { app, links: await links.listOfApp(app.id), ...rest };
    return c.html(<AppLinksPage context={pageContext(c, deps)} page={page} />);
  }
}

/** A link to an app, as the audit list tells of it. */
function thingOf({ id: targetId, definition: { name } }: App, id: string): Thing {
  return { kind: "link", id, name, targetId };
}

type TypedForm =
  | {
    readonly ok: true;
    readonly form: AppLinkForm;
    readonly origins: readonly string[];
    readonly tokensPerDay: number;
  }
  | { readonly ok: false; readonly form: AppLinkForm };

function readForm(fields: ReadonlyMap<string, string>): TypedForm {
  const days = readDays(fields.get("days"), { offered: LINK_DAYS, preset: NEW_LINK.days });
  const form: AppLinkForm = {
    sites: fields.get("sites") ?? "",
    tokensPerDay: fields.get("tokens_per_day") ?? NEW_LINK.tokensPerDay,
    hasSteps: fields.has("steps"),
    days,
    errors: {},
    message: null,
  };
  const sites = readSites(form.sites);
  const tokensPerDay = readTokens(form.tokensPerDay);
  if (sites.ok && tokensPerDay !== null) return { ...sites, form, tokensPerDay };
  const errors = {
    ...!sites.ok && { sites: sites.sentence },
    ...tokensPerDay === null && {
      tokensPerDay: `Write a whole number from 1 to ${MAX_TOKENS.toLocaleString("en")}`,
    },
  };
  return { ok: false, form: { ...form, errors } };
}

/** A whole number as people write it: `100,000` too. */
function readTokens(text: string): number | null {
  const digits = text.trim().replaceAll(/[, ]/g, "");
  const tokens = /^\d{1,10}$/.test(digits) ? Number(digits) : 0;
  return tokens >= 1 && tokens <= MAX_TOKENS ? tokens : null;
}

import type { Context } from "hono";
import { isTaskId, SHOWN_PARTS } from "../../executor/mod.ts";
import { taskSnippets } from "../../views/embed/snippets.ts";
import {
  type MadeShare,
  NEW_SHARE,
  SHARE_FIELDS,
  type ShareForm,
} from "../../views/share/share_form.ts";
import { Shares, SharesDialog, SharesPage } from "../../views/share/shares.tsx";
import type { Deps } from "../deps.ts";
import { ConflictError, unknownTask } from "../errors.tsx";
import { formFields } from "../request/form_fields.ts";
import { LINK_DAYS } from "../../views/links/link_fields.tsx";
import { DAY_SECONDS, readDays } from "../request/days.ts";
import { paths } from "../paths.ts";
import { pageContext, wantsFragment } from "../request/requests.ts";
import { revokeShare, shareTask } from "./share_task.ts";
import { siteOrigin } from "../request/site_origin.ts";
import { readSites } from "../request/sites.ts";

/** The links to a task: a page, or a dialog over the task's own, where they are made and revoked. */
export interface ShareAnswers {
  page(c: Context, taskId: string): Promise<Response>;
  create(c: Context, taskId: string): Promise<Response>;
  revoke(c: Context, linkId: string): Promise<Response>;
}

export function createShareAnswers(deps: Deps): ShareAnswers {
  return {
    page: (c, taskId) => answer(c, taskId, { form: NEW_SHARE }),

    async create(c, taskId) {
      const { form, origins } = readForm(await formFields(c));
      if (origins === null) return await refuse(c, taskId, form);
      const choice = { ...form, origins, expiresInSeconds: form.days * DAY_SECONDS };
      try {
        const { token, url } = await shareTask(c, deps, taskId, choice);
        const origin = siteOrigin(c, deps);
        // The first is the address, which is shown by itself.
        const snippets = taskSnippets({ origin, token, title: "Shared task" }).slice(1);
        return await answer(c, taskId, { form: NEW_SHARE, made: { url, snippets } });
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        return await refuse(c, taskId, { ...form, message: `${error.message}.` });
      }
    },

    async revoke(c, linkId) {
      c.header("Cache-Control", "no-store");
      const taskId = await revokeShare(c, deps, linkId);
      if (wantsFragment(c)) return await answer(c, taskId, { form: NEW_SHARE });
      return c.redirect(paths.taskShares(taskId), 303);
    },
  };

  async function refuse(c: Context, taskId: string, form: ShareForm): Promise<Response> {
    c.status(422);
    return await answer(c, taskId, { form });
  }

  async function answer(
    c: Context,
    taskId: string,
    { form, made = null }: { readonly form: ShareForm; readonly made?: MadeShare | null },
  ): Promise<Response> {
    const row = isTaskId(taskId) ? await deps.executor.tasks.readRow(taskId) : null;
    if (row === null) throw unknownTask(taskId);
    const links = await deps.executor.links.listOfTask(taskId);
    const shares = { taskId, name: row.app.name, links, form, made };
    const context = pageContext(c, deps);
    c.header("Cache-Control", "no-store");
    c.header("Vary", "HX-Request");
    if (!wantsFragment(c)) return c.html(<SharesPage shares={shares} context={context} />);
    return c.req.method === "GET"
      ? c.html(<SharesDialog shares={shares} context={context} />)
      : c.html(<Shares shares={shares} context={context} />);
  }
}

function readForm(fields: ReadonlyMap<string, string>) {
  const sites = fields.get(SHARE_FIELDS.sites) ?? "";
  const form = {
    show: SHOWN_PARTS.filter((part) => fields.has(SHARE_FIELDS[part])),
    days: readDays(fields.get(SHARE_FIELDS.days), { offered: LINK_DAYS, preset: NEW_SHARE.days }),
    sites,
    message: null,
  };
  const read = readSites(sites);
  return read.ok
    ? { form: { ...form, errors: {} }, origins: read.origins }
    : { form: { ...form, errors: { sites: read.sentence } }, origins: null };
}

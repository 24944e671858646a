import type { App, Link } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import type { Hold } from "../streams/event_stream.ts";

/** A task that a token opens to other sites. */
export interface OpenedTask {
  readonly taskId: string;
  /** Says what of it is shown, and where. */
  readonly link: Link;
  /** The right to see it, for as long as it stands. */
  readonly hold: Hold;
  /** Its own page; null where it has none. */
  readonly pagePath: string | null;
}

/** An app that a token lets others run, as it is now. */
export interface OpenedApp {
  readonly app: App;
  readonly link: Link;
}

/** Null for anything that opens no task: a share link does, and a visitor's own token. */
export async function openTask(
  { executor: { links, visits } }: Deps,
  token: string,
): Promise<OpenedTask | null> {
  if (token.startsWith("cbv_")) {
    const visit = await visits.open(token);
    return visit && {
      ...visit,
      hold: (onGone) => visits.hold(visit, onGone),
      pagePath: null,
    };
  }
  const link = await links.open(token);
  if (link?.target.kind !== "task") return null;
  return {
    taskId: link.target.taskId,
    link,
    hold: (onGone) => links.hold(link, onGone),
    pagePath: paths.shared(token),
  };
}

/** Null for anything that opens no app. */
export async function openApp({ executor }: Deps, token: string): Promise<OpenedApp | null> {
  const link = await executor.links.open(token);
  if (link?.target.kind !== "app") return null;
  const app = await executor.apps.read(link.target.appId);
  return app && { app, link };
}

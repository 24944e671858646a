import type { App, Link } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { type OpenedTask as SharedTask, openTask as openShared } from "../share/read_shared.ts";
import type { Hold } from "../streams/event_stream.ts";

/** A task that a token opens to other sites: by a share link, or to the visitor who started it. */
export interface OpenedTask extends SharedTask {
  readonly isVisit: boolean;
  /** The right to see it, for as long as it stands. */
  readonly hold: Hold;
}

/** An app that a token lets others run, as it is now. */
export interface OpenedApp {
  readonly app: App;
  readonly link: Link;
  readonly token: string;
}

/** Null for anything that opens no task. */
export async function openTask(deps: Deps, token: string): Promise<OpenedTask | null> {
  const { links, visits } = deps.executor;
  const visit = token.startsWith("cbv_") ? await visits.open(token) : null;
  if (visit !== null) {
    return { ...visit, token, isVisit: true, hold: (onGone) => visits.hold(visit, onGone) };
  }
  const shared = await openShared(deps, token);
  return shared &&
    { ...shared, isVisit: false, hold: (onGone) => links.hold(shared.link, onGone) };
}

/** Null for anything that opens no app. */
export async function openApp({ executor }: Deps, token: string): Promise<OpenedApp | null> {
  const link = await executor.links.open(token);
  const app = await appOf(executor, link);
  return link && app && { app, link, token };
}

/** The app whose last task a badge tells of; null for anything that is no badge. */
export async function openBadge({ executor }: Deps, badge: string): Promise<{ app: App } | null> {
  const app = await appOf(executor, await executor.links.linkOfBadge(badge));
  return app && { app };
}

async function appOf({ apps }: Deps["executor"], link: Link | null): Promise<App | null> {
  return link?.target.kind === "app" ? await apps.read(link.target.appId) : null;
}

import type { Context } from "hono";
import { EmbeddedTask } from "../../views/embed/embedded_task.tsx";
import { EmbedPage } from "../../views/embed/embed_page.tsx";
import type { Deps } from "../deps.ts";
import { countTaskView, seenBefore } from "../share/count_view.ts";
import { createChannels } from "../streams/task_channels.ts";
import { sendOutput } from "../tasks/task_outputs.ts";
import { oEmbedUrlOf, siteOrigin } from "../request/site_origin.ts";
import { answerPreflight, framedBy, otherSiteOf, readableBy } from "./cross_origin.ts";
import { type EmbedView, embedVoice, readEmbed } from "./embed_voice.tsx";
import { answerGone, answerGonePage } from "./gone.tsx";
import { type OpenedTask, openTask } from "./opened.ts";

/** Seconds until a browser without JavaScript looks again. */
const REFRESH_SECONDS = 3;

/** Tasks on other sites: a page for an iframe, a fragment, its stream, and outputs as files. */
export interface EmbedTaskAnswers {
  page(c: Context): Promise<Response>;
  fragment(c: Context): Promise<Response>;
  events(c: Context): Promise<Response>;
  output(c: Context): Promise<Response>;
  preflight(c: Context): Promise<Response>;
}

export function createTaskAnswers(deps: Deps): EmbedTaskAnswers {
  const channels = createChannels<EmbedView>(deps);
  const { tasks } = deps.executor;

  async function openReadable(c: Context): Promise<OpenedTask | null> {
    const opened = await openTask(deps, tokenOf(c));
    readableBy(c, deps, opened?.link.origins ?? null);
    return opened;
  }

  async function read(c: Context, opened: OpenedTask): Promise<EmbedView | null> {
    return await readEmbed(deps, { opened, origin: siteOrigin(c, deps) }, null);
  }

  /** A visitor of an app was counted when they saw its form. */
  function count(c: Context, { link, isVisit }: OpenedTask): void {
    if (!isVisit) countTaskView(c, deps, link);
  }

  /** That of an iframe was counted as a page: what it loads of itself is no other view. */
  function countElsewhere(c: Context, opened: OpenedTask): void {
    if (otherSiteOf(c, deps) !== null) count(c, opened);
  }

  return {
    async page(c) {
      const opened = await openTask(deps, tokenOf(c));
      const view = opened && await read(c, opened);
      if (opened === null || view === null) return answerGonePage(c);
      count(c, opened);
      framedBy(c, opened.link.origins);
      const isRunning = view.task.detail.status === "running";
      return c.html(
        <EmbedPage
          title={view.task.title}
          oEmbedUrl={oEmbedUrlOf(siteOrigin(c, deps), c.req.path)}
          refreshSeconds={isRunning ? REFRESH_SECONDS : undefined}
        >
          <callboard-task token={tokenOf(c)}>
            <EmbeddedTask {...view.task} now={deps.now()} />
          </callboard-task>
        </EmbedPage>,
      );
    },

    async fragment(c) {
      const opened = await openReadable(c);
      const view = opened && await read(c, opened);
      if (opened === null || view === null) return answerGone(c);
      countElsewhere(c, opened);
      c.header("Cache-Control", "no-store");
      return c.html(<EmbeddedTask {...view.task} now={deps.now()} />);
    },

    async events(c) {
      const opened = await openReadable(c);
      if (opened === null || await tasks.readRow(opened.taskId) === null) return answerGone(c);
      countElsewhere(c, opened);
      const source = { opened, origin: siteOrigin(c, deps) };
      return channels.follow({
        // Addresses in the messages begin with how this reader reaches the server.
        name: `${source.origin} ${opened.link.id} ${opened.taskId}`,
        taskId: opened.taskId,
        voice: () => embedVoice(deps, source),
      }, { has: seenBefore(c), hold: opened.hold });
    },

    async output(c) {
      const opened = await openReadable(c);
      if (!opened?.link.show.includes("outputs")) return answerGone(c);
      const name = c.req.param("name") ?? "";
      const output = await tasks.readOutput(opened.taskId, name);
      return output === null ? answerGone(c) : sendOutput(c, name, output);
    },

    async preflight(c) {
      const opened = await openTask(deps, tokenOf(c));
      return answerPreflight(c, deps, { origins: opened?.link.origins ?? null, method: "GET" });
    },
  };
}

function tokenOf(c: Context): string {
  return c.req.param("token") ?? "";
}

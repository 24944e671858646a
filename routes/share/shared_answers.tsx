import type { Context } from "hono";
import { LINK_GONE_TITLE, LinkGone, LinkGonePage } from "../../views/shared/link_gone.tsx";
import { SharedPage } from "../../views/shared/shared_page.tsx";
import type { Deps } from "../deps.ts";
import { paths } from "../paths.ts";
import { problem } from "../problem.ts";
import { pageContext, wantsFragment, wantsJson } from "../request/requests.ts";
import { countTaskView, seenBefore } from "./count_view.ts";
import { createChannels } from "../streams/task_channels.ts";
import { oEmbedUrlOf, siteOrigin } from "../request/site_origin.ts";
import { sendOutput } from "../tasks/task_outputs.ts";
import { type OpenedTask, openTask, readShared, type SharedReading } from "./read_shared.ts";
import { sharedEventId, sharedVoice } from "./shared_voice.ts";

/** Answers to whoever has a link to a task. */
export interface SharedAnswers {
  page(c: Context, token: string): Promise<Response>;
  events(c: Context, token: string): Promise<Response>;
  output(c: Context, token: string, name: string): Promise<Response>;
  /** The same for every link that opens nothing, whatever was asked of it. */
  gone(c: Context): Response | Promise<Response>;
}

export function createSharedAnswers(deps: Deps): SharedAnswers {
  const { links, tasks } = deps.executor;
  const channels = createChannels<SharedReading>(deps);

  function gone(c: Context): Response | Promise<Response> {
    c.header("Cache-Control", "no-store");
    if (wantsJson(c)) {
      return problem(c, { status: 404, title: "Not found", detail: LINK_GONE_TITLE });
    }
    return wantsFragment(c)
      ? c.html(<LinkGone />, 404)
      : c.html(<LinkGonePage context={pageContext(c, deps)} />, 404);
  }

  function follow(opened: OpenedTask, has: string | null): Response {
    const { link, taskId } = opened;
    return channels.follow({ name: link.id, taskId, voice: () => sharedVoice(deps, opened) }, {
      has,
      hold: (onGone) => links.hold(link, onGone),
    });
  }

  return {
    gone,

    async page(c, token) {
      const opened = await openTask(deps, token);
      const reading = opened && await readShared(deps, opened);
      if (opened === null || reading === null) return gone(c);
      countTaskView(c, deps, opened.link);
      const eventsUrl = paths.sharedEvents(token, sharedEventId(deps.processId, reading));
      c.header("Cache-Control", "no-store");
      return c.html(
        <SharedPage
          context={pageContext(c, deps)}
          view={reading.view}
          eventsUrl={eventsUrl}
          oEmbedUrl={oEmbedUrlOf(siteOrigin(c, deps), paths.shared(token))}
        />,
      );
    },

    async events(c, token) {
      const opened = await openTask(deps, token);
      if (opened === null || await tasks.readRow(opened.taskId) === null) return gone(c);
      return follow(opened, seenBefore(c));
    },

    async output(c, token, name) {
      const opened = await openTask(deps, token);
      if (!opened?.link.show.includes("outputs")) return gone(c);
      const output = await tasks.readOutput(opened.taskId, name);
      return output === null ? gone(c) : sendOutput(c, name, output);
    },
  };
}

import { type Context, Hono } from "hono";
import { EmbeddedTask } from "../../views/embed/embedded_task.tsx";
import { EmbedPage } from "../../views/embed/embed_page.tsx";
import type { Deps } from "../deps.ts";
import { createChannels } from "../streams/task_channels.ts";
import { sendOutput } from "../task_outputs.ts";
import { siteOrigin } from "../site_origin.ts";
import { answerPreflight, framedBy, readableBy } from "./cross_origin.ts";
import { type EmbedView, embedVoice, readEmbed } from "./embed_voice.tsx";
import { answerGone, answerGonePage } from "./gone.tsx";
import { type OpenedTask, openTask } from "./opened.ts";

/** Seconds until a browser without JavaScript looks again. */
const REFRESH_SECONDS = 3;

/** Tasks on other sites: a page for an iframe, a fragment, its stream, and outputs as files. */
export function embedTaskRoutes(deps: Deps): Hono {
  const channels = createChannels<EmbedView>(deps);
  return new Hono()
    .get("/embed/tasks/:token", async (c) => {
      const { opened, view } = await readOpened(c);
      if (opened === null || view === null) return answerGonePage(c);
      deps.executor.links.countView(opened.link);
      framedBy(c, opened.link.origins);
      const isRunning = view.task.detail.status === "running";
      return c.html(
        <EmbedPage
          title={view.task.title}
          refreshSeconds={isRunning ? REFRESH_SECONDS : undefined}
        >
          <callboard-task token={c.req.param("token")}>
            <EmbeddedTask {...view.task} now={deps.now()} />
          </callboard-task>
        </EmbedPage>,
      );
    })
    .options("/embed/tasks/:token/fragment", preflight)
    .get("/embed/tasks/:token/fragment", async (c) => {
      const { opened, view } = await readOpened(c);
      readableBy(c, deps, opened?.link.origins ?? null);
      if (opened === null || view === null) return answerGone(c);
      c.header("Cache-Control", "no-store");
      deps.executor.links.countView(opened.link);
      return c.html(<EmbeddedTask {...view.task} now={deps.now()} />);
    })
    .options("/embed/tasks/:token/events", preflight)
    .get("/embed/tasks/:token/events", async (c) => {
      const token = c.req.param("token");
      const opened = await openTask(deps, token);
      readableBy(c, deps, opened?.link.origins ?? null);
      if (opened === null) return answerGone(c);
      const origin = siteOrigin(c, deps);
      return channels.follow({
        // Addresses in the messages begin with how this reader reaches the server.
        name: `${origin} ${opened.link.id} ${opened.taskId}`,
        taskId: opened.taskId,
        voice: () => embedVoice(deps, { opened, token, origin }),
      }, { has: c.req.header("Last-Event-ID") ?? null, hold: opened.hold });
    })
    .get("/embed/tasks/:token/outputs/:name", async (c) => {
      const opened = await openTask(deps, c.req.param("token"));
      readableBy(c, deps, opened?.link.origins ?? null);
      if (opened === null || !opened.link.show.includes("outputs")) return answerGone(c);
      const name = c.req.param("name");
      const output = await deps.executor.tasks.readOutput(opened.taskId, name);
      return output === null ? answerGone(c) : sendOutput(c, name, output);
    });

  async function readOpened(
    c: Context,
  ): Promise<{ opened: OpenedTask | null; view: EmbedView | null }> {
    const token = c.req.param("token") ?? "";
    const opened = await openTask(deps, token);
    const origin = siteOrigin(c, deps);
    return { opened, view: opened && await readEmbed(deps, { opened, token, origin }, null) };
  }

  async function preflight(c: Context): Promise<Response> {
    const opened = await openTask(deps, c.req.param("token") ?? "");
    return answerPreflight(c, deps, { origins: opened?.link.origins ?? null, method: "GET" });
  }
}

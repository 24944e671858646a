import { type Context, Hono } from "hono";
import { isTaskId, type TaskJson } from "../../executor/mod.ts";
import type { Reader } from "../../views/page_context.ts";
import type { TaskView } from "../../views/task/task_view.ts";
import { TaskPage } from "../../views/task/task_page.tsx";
import { holdOf } from "../access/hold.ts";
import type { Deps } from "../deps.ts";
import { unknownTask } from "../errors.tsx";
import { requireTask } from "../request/known.ts";
import { answerCancelled, cancelTask, deleteTask, readTaskJson } from "./one_task.ts";
import { paths, TASK_FORMS, type TaskForm } from "../paths.ts";
import { pageContext, readerOf, sendsJson, wantsFragment, wantsJson } from "../request/requests.ts";
import { pageVoice } from "../streams/page_voice.ts";
import { eventId } from "../streams/task_channel.ts";
import { createChannels } from "../streams/task_channels.ts";
import { createDocuments } from "./task_document.tsx";
import { answerOutput, OUTPUT_FORMS, outputsText } from "./task_outputs.ts";
import { readTaskView } from "./task_view.ts";

/** One task: its page, its stream, its outputs, its cancellation and deletion. */
export function taskRoutes(deps: Deps): Hono {
  const { executor } = deps;
  const channels = createChannels<TaskView>(deps);
  const answerDocument = createDocuments(deps);
  return new Hono()
    .get("/tasks/:id", async (c) => {
      c.header("Cache-Control", "no-store");
      c.header("Vary", "Accept");
      const { id, form } = splitForm(c.req.param("id"));
      if (form === "html") return await answerDocument(c, id);
      if (form !== null || wantsJson(c)) {
        return answerAs(c, form ?? "json", await readTaskJson(deps, id));
      }
      const view = isTaskId(id) ? await readTaskView(deps, id, readerOf(c)) : null;
      if (view === null) throw unknownTask(id);
      const eventsUrl = paths.taskEvents(id, eventId(deps.processId, view));
      return c.html(
        <TaskPage context={pageContext(c, deps)} view={view} eventsUrl={eventsUrl} />,
      );
    })
    .get("/tasks/:id/events", requireTask(deps), (c) => {
      const has = c.req.header("Last-Event-ID") ?? c.req.query("after") ?? null;
      return channels.follow(pageOf(c.req.param("id"), readerOf(c)), {
        has,
        hold: holdOf(c, executor),
      });
    })
    .post("/tasks/:id/cancellation", async (c) => {
      const id = c.req.param("id");
      await cancelTask(c, deps, id);
      if (wantsJson(c) || sendsJson(c)) return await answerCancelled(c, deps, id);
      // The page follows its stream, so htmx has nothing to swap.
      return wantsFragment(c) ? c.body(null, 204) : c.redirect(paths.task(id), 303);
    })
    .post("/tasks/:id/deletion", async (c) => {
      await deleteTask(c, deps, c.req.param("id"));
      return wantsJson(c) || sendsJson(c) ? c.body(null, 204) : c.redirect(paths.tasks(), 303);
    })
    .delete("/tasks/:id", async (c) => {
      await deleteTask(c, deps, c.req.param("id"));
      return c.body(null, 204);
    })
    .get("/tasks/:id/outputs/:name", (c) => answerOutput(c, deps, c.req.param()));

  /** Readers who may do the same are told the same. */
  function pageOf(taskId: string, { may }: Reader) {
    const name = `${taskId} ${may.run ? "run" : ""} ${may.edit ? "edit" : ""}`;
    return { name, taskId, voice: () => pageVoice(deps, taskId, may) };
  }
}

/** What a path such as `/tasks/tsk_1.md` asks for. */
function splitForm(segment: string): { id: string; form: TaskForm | null } {
  const form = TASK_FORMS.find((each) => segment.endsWith(`.${each}`)) ?? null;
  return { id: form === null ? segment : segment.slice(0, -form.length - 1), form };
}

function answerAs(c: Context, form: Exclude<TaskForm, "html">, task: TaskJson): Response {
  if (form === "json") return c.json(task);
  c.header(
    "Content-Type",
    form === "md" ? OUTPUT_FORMS.markdown.mediaType : OUTPUT_FORMS.text.mediaType,
  );
  return c.body(outputsText(task.outputs, form));
}

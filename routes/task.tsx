import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { isTaskId, type OutputJson, type TaskJson } from "../executor/mod.ts";
import { TaskPage } from "../views/task/task_page.tsx";
import type { Deps } from "./deps.ts";
import { MissingError, unknownTask } from "./errors.tsx";
import { paths } from "./paths.ts";
import { pageContext, wantsFragment, wantsJson } from "./requests.ts";
import { eventId } from "./streams/task_channel.ts";
import type { TaskChannels } from "./streams/task_channels.ts";
import { readTaskView } from "./task_view.ts";

/** One task: its page, its stream, its outputs, its cancellation and deletion. */
export function taskRoutes(deps: Deps, channels: TaskChannels): Hono {
  const { executor } = deps;
  return new Hono()
    .get("/tasks/:id", async (c) => {
      c.header("Cache-Control", "no-store");
      c.header("Vary", "Accept");
      const { id, form } = splitForm(c.req.param("id"));
      if (form !== null || wantsJson(c)) return answerAs(c, form ?? "json", await readJson(id));
      const view = isTaskId(id) ? await readTaskView(deps, id) : null;
      if (view === null) throw unknownTask(id);
      const eventsUrl = paths.taskEvents(id, eventId(deps.processId, view));
      return c.html(
        <TaskPage context={pageContext(c, deps)} view={view} eventsUrl={eventsUrl} />,
      );
    })
    .get("/tasks/:id/events", async (c) => {
      const id = c.req.param("id");
      const has = c.req.header("Last-Event-ID") ?? c.req.query("after") ?? null;
      if (!isTaskId(id) || await executor.tasks.readRow(id) === null) throw unknownTask(id);
      return channels.follow(id, has);
    })
    .post("/tasks/:id/cancellation", async (c) => {
      const id = c.req.param("id");
      const result = isTaskId(id) ? await executor.tasks.cancel(id) : "unknown-task";
      if (result === "unknown-task") throw unknownTask(id);
      if (result === "ended") {
        throw new HTTPException(409, {
          message: `Cannot cancel task "${id}": it has ended already`,
        });
      }
      if (wantsJson(c)) return c.json(await readJson(id));
      // The page follows its stream, so htmx has nothing to swap.
      return wantsFragment(c) ? c.body(null, 204) : c.redirect(paths.task(id), 303);
    })
    .post("/tasks/:id/deletion", async (c) => {
      await deleteTask(c.req.param("id"));
      return c.redirect(paths.tasks(), 303);
    })
    .delete("/tasks/:id", async (c) => {
      await deleteTask(c.req.param("id"));
      return c.body(null, 204);
    })
    .get("/tasks/:id/outputs/:name", async (c) => {
      const { id, name } = c.req.param();
      const output = isTaskId(id) ? await executor.tasks.readOutput(id, name) : null;
      if (output === null) throw new MissingError({ what: "output", name, taskId: id });
      const { mediaType, extension } = OUTPUT_FORMS[output.type];
      c.header("Content-Type", mediaType);
      c.header("Cache-Control", "no-store");
      c.header("X-Content-Type-Options", "nosniff");
      if (c.req.query("download") !== undefined) {
        c.header("Content-Disposition", `attachment; filename="${name}.${extension}"`);
      }
      return c.body(output.text);
    });

  async function deleteTask(id: string): Promise<void> {
    const result = isTaskId(id) ? await executor.tasks.delete(id) : "unknown-task";
    if (result === "unknown-task") throw unknownTask(id);
    if (result === "running") {
      throw new HTTPException(409, { message: `Cannot delete task "${id}": cancel it first` });
    }
  }

  async function readJson(id: string): Promise<TaskJson> {
    const task = isTaskId(id) ? await executor.tasks.readJson(id) : null;
    if (task === null) throw unknownTask(id);
    return task;
  }
}

const OUTPUT_FORMS = {
  markdown: { mediaType: "text/markdown; charset=utf-8", extension: "md" },
  text: { mediaType: "text/plain; charset=utf-8", extension: "txt" },
  json: { mediaType: "application/json", extension: "json" },
} as const;

const FORMS = ["json", "md", "txt"] as const;
type Form = typeof FORMS[number];

/** What a path such as `/tasks/tsk_1.md` asks for. */
function splitForm(segment: string): { id: string; form: Form | null } {
  const form = FORMS.find((each) => segment.endsWith(`.${each}`)) ?? null;
  return { id: form === null ? segment : segment.slice(0, -form.length - 1), form };
}

function answerAs(c: Context, form: Form, task: TaskJson): Response {
  if (form === "json") return c.json(task);
  c.header(
    "Content-Type",
    form === "md" ? OUTPUT_FORMS.markdown.mediaType : OUTPUT_FORMS.text.mediaType,
  );
  c.header("X-Content-Type-Options", "nosniff");
  return c.body(outputsText(task.outputs, form));
}

/** One output as it is; several under their labels. */
function outputsText(outputs: readonly OutputJson[], form: "md" | "txt"): string {
  const texts = outputs.map(({ value }) =>
    typeof value === "string" ? value : JSON.stringify(value, null, 2)
  );
  if (texts.length <= 1) return texts.join("");
  return outputs.map(({ label, type }, i) => {
    const text = texts[i] ?? "";
    if (form === "txt") return `${label}\n\n${text}\n`;
    return `# ${label}\n\n${type === "json" ? `\`\`\`json\n${text}\n\`\`\`` : text}\n`;
  }).join("\n");
}

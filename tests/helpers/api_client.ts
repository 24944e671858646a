import { z } from "zod";
import type { Definition, TaskJson } from "../../executor/mod.ts";
import { paths } from "../../routes/paths.ts";
import { SseReader } from "./sse.ts";

const AppList = z.object({ apps: z.array(z.object({ id: z.string(), name: z.string() })) });
/** The routes' own tests look at the rest of its shape. */
const Task = z.custom<TaskJson>((value) => z.object({ id: z.string() }).safeParse(value).success);
const Share = z.object({ token: z.string() });

/** A program that uses a Callboard over HTTP. */
export class ApiClient {
  constructor(readonly origin: string) {}

  async appId(name: string): Promise<string> {
    const { apps } = AppList.parse(await this.#json(paths.apps()));
    const app = apps.find((each) => each.name === name);
    if (app === undefined) throw new Error(`Cannot find app "${name}"`);
    return app.id;
  }

  /** Makes an app of a definition in Studio, as its form does. */
  async addApp({ name, description, ...rest }: Definition): Promise<string> {
    const created = await this.#postForm(paths.studio(), {});
    const path = created.headers.get("Location") ?? "";
    const definition = JSON.stringify(rest);
    const saved = await this.#postForm(path, { version: "1", name, description, definition });
    if (saved.status !== 303) throw new Error(`Cannot save "${name}": ${await saved.text()}`);
    return path.split("/").at(-1) ?? "";
  }

  async start(appId: string, inputs: Readonly<Record<string, unknown>>): Promise<string> {
    return Task.parse(await this.#create(paths.appTasks(appId), { inputs })).id;
  }

  /** The token of a link to the steps of a task. */
  async share(taskId: string): Promise<string> {
    const body = { expiresInSeconds: 3_600, show: ["steps"] };
    return Share.parse(await this.#create(paths.api.taskShares(taskId), body)).token;
  }

  async task(taskId: string): Promise<TaskJson> {
    return Task.parse(await this.#json(paths.task(taskId)));
  }

  /** The task once it has ended: its stream is followed until then. */
  async ended(taskId: string): Promise<TaskJson> {
    await (await this.follow(taskId)).rest();
    return await this.task(taskId);
  }

  async follow(taskId: string): Promise<SseReader> {
    return new SseReader(await fetch(this.origin + paths.taskEvents(taskId)));
  }

  /** Asks for its end, as the button does; the answer's status. */
  async cancel(taskId: string): Promise<number> {
    const response = await this.#postForm(paths.taskCancellation(taskId), {});
    await response.body?.cancel();
    return response.status;
  }

  async #create(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.origin + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.status !== 201) throw new Error(`Cannot create: ${await response.text()}`);
    return await response.json();
  }

  #postForm(path: string, fields: Record<string, string>): Promise<Response> {
    const body = new URLSearchParams(fields);
    return fetch(this.origin + path, { method: "POST", body, redirect: "manual" });
  }

  async #json(path: string): Promise<unknown> {
    const response = await fetch(this.origin + path, { headers: { Accept: "application/json" } });
    return await response.json();
  }
}

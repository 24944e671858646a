import { z } from "zod";
import type { TaskJson } from "../../executor/mod.ts";
import { paths } from "../../routes/paths.ts";
import { SseReader } from "./sse.ts";

const AppList = z.object({ apps: z.array(z.object({ id: z.string(), name: z.string() })) });
/** The routes' own tests look at the rest of its shape. */
const Task = z.custom<TaskJson>((value) => z.object({ id: z.string() }).safeParse(value).success);

/** A program that uses a Callboard over HTTP. */
export class ApiClient {
  constructor(readonly origin: string) {}

  async appId(name: string): Promise<string> {
    const { apps } = AppList.parse(await this.#json(paths.apps()));
    const app = apps.find((each) => each.name === name);
    if (app === undefined) throw new Error(`Cannot find app "${name}"`);
    return app.id;
  }

  async start(appId: string, inputs: Readonly<Record<string, unknown>>): Promise<string> {
    const response = await fetch(this.origin + paths.appTasks(appId), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ inputs }),
    });
    if (response.status !== 201) throw new Error(`Cannot start: ${await response.text()}`);
    return Task.parse(await response.json()).id;
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

  async #json(path: string): Promise<unknown> {
    const response = await fetch(this.origin + path, { headers: { Accept: "application/json" } });
    return await response.json();
  }
}

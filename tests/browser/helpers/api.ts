import assert from "node:assert/strict";
import { z } from "zod";
import { paths } from "../../../routes/paths.ts";
import type { AppSource } from "./apps.ts";
import type { Server } from "./server.ts";

const Apps = z.object({ apps: z.array(z.object({ id: z.string(), name: z.string() })) });

/** The part of a task's JSON that journeys look at. */
const Task = z.object({
  id: z.string(),
  status: z.string(),
  steps: z.array(z.object({ id: z.string(), status: z.string() })),
  outputs: z.array(z.object({ name: z.string(), value: z.unknown() })),
});
export type Task = z.infer<typeof Task>;

const JSON_TYPE = {
  Accept: "application/json",
  "Content-Type": "application/json",
};

/** The id of an app, by its name. */
export async function appId(server: Server, name: string): Promise<string> {
  const response = await fetch(server.origin + paths.apps(), {
    headers: JSON_TYPE,
  });
  const { apps } = Apps.parse(await response.json());
  const app = apps.find((each) => each.name === name);
  assert(app !== undefined, `No app is named "${name}"`);
  return app.id;
}

/** Runs an app as an API client does. */
export async function runApp(
  server: Server,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): Promise<Task> {
  const response = await fetch(
    server.origin + paths.appTasks(await appId(server, name)),
    {
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify({ inputs }),
    },
  );
  const body = await response.text();
  assert.equal(response.status, 201, body);
  return Task.parse(JSON.parse(body));
}

/** Makes a link that shows all of a task; its path. */
export async function shareTask(server: Server, taskId: string): Promise<string> {
  const response = await fetch(server.origin + paths.api.taskShares(taskId), {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify({ expiresInSeconds: 3_600, show: ["outputs", "steps", "inputs"] }),
  });
  const { token } = z.object({ token: z.string() }).parse(await response.json());
  return paths.shared(token);
}

export async function readTask(server: Server, taskId: string): Promise<Task> {
  const response = await fetch(server.origin + paths.task(taskId), {
    headers: JSON_TYPE,
  });
  return Task.parse(await response.json());
}

/** The task once it has ended: its stream ends then. */
export async function endOfTask(server: Server, taskId: string): Promise<Task> {
  const stream = await fetch(server.origin + paths.taskEvents(taskId));
  await stream.text();
  const task = await readTask(server, taskId);
  assert.notEqual(
    task.status,
    "running",
    `The stream of "${taskId}" ended before its task`,
  );
  return task;
}

/** Makes an app of this definition in Studio, as its form does. */
export async function saveApp(
  server: Server,
  source: AppSource,
): Promise<string> {
  const created = await post(server, paths.studio(), {});
  const location = created.headers.get("Location") ?? "";
  const appId = decodeURIComponent(location.split("/").at(-1) ?? "");
  await saveNext(server, { appId, version: 1 }, source);
  return appId;
}

/** Saves the version of an app after this one. */
export async function saveNext(
  server: Server,
  { appId, version }: { readonly appId: string; readonly version: number },
  { name, description, ...rest }: AppSource,
): Promise<void> {
  const saved = await post(server, paths.studioApp(appId), {
    version: String(version),
    name,
    description: description ?? "",
    definition: JSON.stringify(rest),
  });
  assert(saved.ok || saved.status === 303, await saved.text());
}

function post(
  server: Server,
  path: string,
  fields: Record<string, string>,
): Promise<Response> {
  return fetch(server.origin + path, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Origin: server.origin },
    redirect: "manual",
  });
}

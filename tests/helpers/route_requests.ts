import { outputOf } from "./definitions.ts";
import type { TestSite } from "./http.ts";
import { signInAs } from "./signed_in.ts";

/** A request that a route would take from somebody who may make it. */
export interface RouteRequest {
  readonly method: string;
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** What a path's parameters stand for, made anew for each request where it is used up by it. */
interface Things {
  app(): Promise<string>;
  running(): Promise<string>;
  completed(): Promise<string>;
  person(): Promise<string>;
  share(): Promise<string>;
}

/** What is sent where an empty form, or nothing, would not do. */
const BODIES: Readonly<Record<string, Omit<RouteRequest, "method" | "path">>> = {
  "POST /studio/:appId": {
    form: {
      name: "Renamed",
      description: "",
      version: "2",
      definition: '{"steps": [{"id": "a", "name": "A", "kind": "wait", "config": {"seconds": 1}}]}',
    },
  },
  "POST /settings/keys": { form: { name: "Nightly", days: "30", read: "on" } },
  "POST /settings/people/:personId": { form: { role: "editor" } },
  "POST /api/v1/apps/:appId/tasks": { json: { inputs: {} } },
  "POST /api/v1/tasks/:id/forks": { json: {} },
  "POST /api/v1/tasks/:id/shares": { json: { expiresInSeconds: 3_600, show: ["outputs"] } },
};

/** Routes for which the task has to run still. */
const OF_RUNNING = /\/(cancellation|events)$/;

/** Makes requests of the site's routes, each about things of its own. */
export function createRouteRequests(site: TestSite): (route: string) => Promise<RouteRequest> {
  const things = createThings(site);
  const asset = /href="(\/static\/[^"]+\.css)"/;

  async function pathOf(pattern: string): Promise<string> {
    if (pattern === "/static/:version/:name") {
      const [, path = ""] = asset.exec(await (await site.get("/nowhere")).text()) ?? [];
      return path;
    }
    let path = pattern;
    for (const [parameter] of pattern.matchAll(/:\w+/g)) {
      path = path.replace(parameter, await valueOf(parameter, pattern));
    }
    return path;
  }

  async function valueOf(parameter: string, pattern: string): Promise<string> {
    switch (parameter) {
      case ":appId":
        return await things.app();
      case ":id":
        if (!pattern.includes("/tasks/")) return "unknown";
        return await (OF_RUNNING.test(pattern) ? things.running() : things.completed());
      case ":shareId":
        return await things.share();
      case ":personId":
        return await things.person();
      case ":name":
        return "of_only";
      case ":example":
        return `run.sh?app=${await things.app()}`;
      default:
        return "unknown";
    }
  }

  return async (route) => {
    const [method = "", pattern = ""] = route.split(" ");
    const body = BODIES[route] ?? (method === "POST" ? { form: {} } : {});
    return { method, path: await pathOf(pattern), ...body };
  };
}

function createThings(site: TestSite): Things {
  const addApp = async (kind: "gate" | "template") => {
    const config = kind === "gate" ? {} : { text: "Said" };
    const steps = [{ id: "only", kind, config }];
    return (await site.add({ steps, outputs: [outputOf("only")] })).id;
  };
  const startOf = async (kind: "gate" | "template") => await site.start(await addApp(kind));
  let people = 0;
  const completed = async () => {
    const taskId = await startOf("template");
    await site.ended(taskId);
    return taskId;
  };
  return {
    person: async () => (await signInAs(site, "viewer", `Person ${++people}`)).id,
    app: () => addApp("template"),
    running: () => startOf("gate"),
    completed,
    async share() {
      const target = { kind: "task", taskId: await completed() } as const;
      const link = { target, show: [], origins: [], expiresInMs: 3_600_000, createdBy: "Ann" };
      const created = await site.executor.links.create(link);
      if (created.type !== "created") throw new Error(`Cannot share the task: ${created.type}`);
      return created.link.id;
    },
  };
}

/** As `fetch` wants it. */
export function initOf({ method, form, json }: RouteRequest, headers: HeadersInit): RequestInit {
  const all = new Headers(headers);
  if (json !== undefined) all.set("Content-Type", "application/json");
  const body = json === undefined ? form && new URLSearchParams(form) : JSON.stringify(json);
  return { method, headers: all, body, redirect: "manual" };
}

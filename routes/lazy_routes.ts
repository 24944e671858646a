import { Hono, type MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { PERMISSIONS } from "./permissions.ts";

/** By path: what loads the routes that are at it or below it. */
export type RouteFiles = Readonly<Record<string, LoadRoutes>>;
type LoadRoutes = () => Promise<Hono>;

/**
 * The routes of the table of permissions that are under these paths, in the table's order. Each is
 * answered by what the longest of its paths names, which is loaded with the first request for it.
 * Where that fails, so does the request. The next one tries again, but Deno remembers what it could
 * not read: only a new process does that again.
 */
export function lazyRoutes(files: RouteFiles): Hono {
  const lazy = new Hono();
  const loaders = new Map(Object.values(files).map((load) => [load, once(load)]));
  const fileOf = findFile(files);
  for (const route of Object.keys(PERMISSIONS)) {
    const [method = "", path = ""] = route.split(" ");
    const file = fileOf(path);
    const load = file && loaders.get(file);
    if (load === undefined) continue;
    lazy.on(method, path, async (c, next) => {
      return await every(...handlersOf(await load(), method, path))(c, next);
    });
  }
  return lazy;
}

/** Finds what answers a path of the table; undefined where nothing is loaded for it. */
export function findFile(files: RouteFiles): (path: string) => LoadRoutes | undefined {
  const longestFirst = Object.entries(files)
    .map(([root, load]) => ({ root: `${root}/`, load }))
    .sort((one, other) => other.root.length - one.root.length);
  return (path) => {
    const below = `${path}/`;
    return longestFirst.find(({ root }) => below.startsWith(root))?.load;
  };
}

/** What stands before a route's own handler has the same method and path. */
function handlersOf({ routes }: Hono, method: string, path: string): MiddlewareHandler[] {
  return routes.filter((route) => route.method === method && route.path === path)
    .map(({ handler }) => handler);
}

function once<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  let loading: Promise<Loaded> | undefined;
  return () =>
    loading ??= load().catch((error) => {
      loading = undefined;
      throw error;
    });
}

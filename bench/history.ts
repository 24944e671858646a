import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paths } from "../routes/paths.ts";
import { appArgs } from "./app_command.ts";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import type { SeededTasks } from "./seeded_tasks.ts";
import { type ServerProcess, startServer } from "./server_process.ts";
import { median } from "./statistics.ts";

const FIXED_PAGE = fileURLToPath(new URL("fixed_page.ts", import.meta.url));
const WARM_UP = 200;
const REQUESTS_A_ROUND = 60;

/** A page of the history. */
interface Page {
  readonly name: string;
  readonly url: string;
}

/** `GET /tasks`, with few and many tasks, at the top, in the middle, at the end, filtered. */
export const history: Bench = {
  name: "history",
  description: "GET /tasks beside few and many stored tasks, over HTTP on loopback with " +
    "keep-alive, the app in a process of its own",

  async run({ folder, isQuick, seeded }) {
    const counts = isQuick ? [1_000, 5_000, 20_000] : [1_000, 100_000, 1_000_000];
    const served = [];
    for (const count of counts) {
      served.push(await serveTasks(await seeded(count), { isWhole: count === counts.at(-1) }));
    }
    const pages = served.flatMap(({ pages }) => pages);
    const floor = await serveFixed(folder, await textOf(pages.at(-1)?.url ?? ""));
    const urls = [floor.url, ...pages.map(({ url }) => url)];
    const rounds: number[][] = urls.map(() => []);
    await timesOf(urls, WARM_UP);
    for (let round = 0; round < (isQuick ? 5 : 9); round++) {
      const times = await timesOf(urls, REQUESTS_A_ROUND);
      for (const [i, each] of times.entries()) rounds[i]?.push(median(each));
    }
    for (const { server } of [...served, floor]) await server.stop();
    return figuresOf(pages, rounds);
  },
};

/** Times of each URL in milliseconds; one of each in turn, so that all see the same noise. */
async function timesOf(urls: readonly string[], requests: number): Promise<number[][]> {
  const times: number[][] = urls.map(() => []);
  for (let i = 0; i < requests; i++) {
    for (const [at, url] of urls.entries()) {
      const start = performance.now();
      await textOf(url);
      times[at]?.push(performance.now() - start);
    }
  }
  return times;
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(`Cannot measure the history: GET ${url} was answered ${response.status}`);
  }
  return text;
}

function figuresOf(
  pages: readonly Page[],
  [floor = [], ...rounds]: readonly (readonly number[])[],
): Figure[] {
  const round = `${REQUESTS_A_ROUND} requests`;
  const single = pages.map(({ name }, i): Figure => ({
    name: `GET /tasks, ${name}, p50`,
    unit: "ms",
    values: rounds[i] ?? [],
    round,
    floor: { name: "a bare Deno.serve with the bytes of a page", values: floor },
    target: { of: "figure", bound: "at most", value: 5 },
  }));
  const across = floor.map((_, at) => rounds.map((values) => values[at] ?? NaN));
  return [...single, {
    name: "the slowest of these pages, p50",
    unit: "ms",
    values: across.map((each) => Math.max(...each)),
    round: `${pages.length} × ${round}`,
    floor: { name: "the fastest of them", values: across.map((each) => Math.min(...each)) },
    target: { of: "ratio", bound: "at most", value: 1.3 },
  }];
}

/** The app on a database, and the pages that are read of it: the first two, or all. */
async function serveTasks(
  { path, count, middle, last }: SeededTasks,
  { isWhole }: { readonly isWhole: boolean },
) {
  const server = await startServer(await appArgs(), { KV_PATH: path });
  const queries = {
    "first page": {},
    "page in the middle": { before: middle },
    "last page": { before: last },
    "failed tasks from the middle": { status: "failed", before: middle },
  } as const;
  const read = Object.entries(queries).slice(0, isWhole ? undefined : 2);
  const pages = read.map(([name, query]): Page => ({
    name: `${name} of ${count.toLocaleString("en")} tasks`,
    url: server.origin + paths.tasks(query),
  }));
  return { server, pages };
}

async function serveFixed(
  folder: string,
  page: string,
): Promise<{ readonly server: ServerProcess; readonly url: string }> {
  const path = join(folder, "page.html");
  await Deno.writeTextFile(path, page);
  const args = ["run", "--no-config", "--allow-net", "--allow-env", "--allow-read", FIXED_PAGE];
  const server = await startServer(args, { PAGE: path });
  return { server, url: `${server.origin}/` };
}

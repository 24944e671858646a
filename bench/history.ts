import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paths } from "../routes/paths.ts";
import { appArgs } from "./app_command.ts";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { seedHistory } from "./seeded_history.ts";
import { type ServerProcess, startServer } from "./server_process.ts";
import { median } from "./statistics.ts";

const FIXED_PAGE = fileURLToPath(new URL("fixed_page.ts", import.meta.url));
const [FEW, MANY] = [1_000, 100_000];
const WARM_UP = 300;
const REQUESTS_A_ROUND = 60;

/** `GET /tasks`, with few and many tasks, at the top and in the middle. */
export const history: Bench = {
  name: "history",
  description: `GET /tasks at ${count(FEW)} and ${count(MANY)} tasks, first page and one in the ` +
    `middle, over HTTP on loopback with keep-alive, the app in a process of its own`,

  async run({ folder, isQuick }) {
    const [few, many] = [await serveTasks(folder, FEW), await serveTasks(folder, MANY)];
    const floor = await serveFixed(folder, await textOf(many.first));
    const urls = [floor.url, few.first, few.middle, many.first, many.middle];
    const rounds: number[][] = urls.map(() => []);
    await timesOf(urls, WARM_UP);
    for (let round = 0; round < (isQuick ? 5 : 9); round++) {
      const times = await timesOf(urls, REQUESTS_A_ROUND);
      for (const [i, each] of times.entries()) rounds[i]?.push(median(each));
    }
    for (const { server } of [few, many, floor]) await server.stop();
    return figuresOf(rounds);
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

function figuresOf([floor = [], ...rounds]: readonly (readonly number[])[]): Figure[] {
  const names = [FEW, MANY].flatMap((tasks) =>
    ["first page", "page in the middle"].map((page) => `${page} of ${count(tasks)} tasks`)
  );
  const round = `${REQUESTS_A_ROUND} requests`;
  const single = names.map((name, i): Figure => ({
    name: `GET /tasks, ${name}, p50`,
    unit: "ms",
    values: rounds[i] ?? [],
    round,
    floor: { name: "a bare Deno.serve with the same bytes", values: floor },
    target: { of: "figure", bound: "at most", value: 5 },
  }));
  const across = floor.map((_, at) => rounds.map((values) => values[at] ?? NaN));
  return [...single, {
    name: "the slowest of the four beside the fastest, p50",
    unit: "ms",
    values: across.map((each) => Math.max(...each)),
    round: `4 × ${round}`,
    floor: { name: "the fastest", values: across.map((each) => Math.min(...each)) },
    target: { of: "ratio", bound: "at most", value: 1.3 },
  }];
}

/** The app on a database that holds so many tasks. */
async function serveTasks(folder: string, tasks: number) {
  const path = join(folder, `${tasks}.db`);
  const before = await seedHistory(path, tasks);
  const server = await startServer(await appArgs(), { KV_PATH: path });
  return {
    server,
    first: server.origin + paths.tasks(),
    middle: server.origin + paths.tasks({ before }),
  };
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

function count(tasks: number): string {
  return tasks.toLocaleString("en");
}

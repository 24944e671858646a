import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { paths } from "../routes/paths.ts";
import { appArgs } from "./app_command.ts";
import type { Bench } from "./bench.ts";
import { type Program, type Start, timeStart } from "./served_process.ts";

const HELLO = fileURLToPath(new URL("hello.ts", import.meta.url));

/** Process start → first page served. */
export const start: Bench = {
  name: "start",
  description: "process start → first page served, warm cache",

  async run({ folder, isQuick }) {
    const deno = join(folder, "deno");
    await Deno.copyFile(Deno.execPath(), deno);
    const app = { ...await callboard(folder), deno };
    const hello = { ...bareHello, deno: `${deno}-hello` };
    await Deno.copyFile(Deno.execPath(), hello.deno);
    const subjects: Start[] = [];
    const floors: Start[] = [];
    await timeStart(app);
    await timeStart(hello);
    for (let round = 0; round < (isQuick ? 5 : 10); round++) {
      subjects.push(await timeStart(app));
      floors.push(await timeStart(hello));
    }
    return [
      {
        ...pairOf({ subjects, floors }, ({ firstPageMs }) => firstPageMs),
        name: `process start → GET ${app.path} answered`,
        unit: "ms",
        target: { of: "ratio", bound: "at most", value: 4 },
      },
      {
        ...pairOf({ subjects, floors }, ({ cpuMs }) => cpuMs),
        name: "processor time until then, all threads",
        unit: "ms",
        target: null,
      },
      {
        ...pairOf({ subjects, floors }, ({ pssMb }) => pssMb),
        name: "PSS after it, of a Deno that no other process runs",
        unit: "MB",
        target: { of: "figure", bound: "at most", value: 75 },
      },
    ];
  },
};

interface Starts {
  readonly subjects: readonly Start[];
  readonly floors: readonly Start[];
}

function pairOf({ subjects, floors }: Starts, value: (start: Start) => number) {
  return {
    values: subjects.map(value),
    round: "1 start",
    floor: { name: "a bare Deno.serve hello", values: floors.map(value) },
  };
}

const bareHello: Omit<Program, "deno"> = {
  args: ["run", "--no-config", "--allow-net", "--allow-env", HELLO],
  env: {},
  path: "/",
};

/** The app as `deno task start` runs it, on a database of its own that the first start fills. */
async function callboard(folder: string): Promise<Omit<Program, "deno">> {
  return {
    args: await appArgs(),
    env: { KV_PATH: join(folder, "callboard.db"), HOST: "127.0.0.1" },
    path: paths.playground(),
  };
}

import fc from "fast-check";
import { inARow, outputOf } from "../helpers/definitions.ts";
import { Cluster, RUN_ENDS } from "./cluster.ts";
import { parameters, propertyTest } from "./properties.ts";

const RETRY = { attempts: 4, backoff: 1 };

const APPS = [
  { steps: inARow("s0", "s1", "s2").map((step) => ({ ...step, retry: RETRY })) },
  {
    steps: [
      { id: "s0", retry: RETRY },
      { id: "s1", needs: ["s0"], onError: "continue" as const },
      { id: "s2", needs: ["s0"], when: "steps.s0.output == nil" },
      { id: "pause", kind: "wait", config: { seconds: 20 }, needs: ["s0"] },
      { id: "s3", needs: ["s1", "pause"] },
      { id: "s4", needs: ["s2"] },
    ],
    outputs: [outputOf("s0"), outputOf("s3")],
  },
  { steps: [{ id: "s0" }, { id: "s1" }], timeout: 60 },
  { steps: inARow("s0", "s1"), concurrency: 1 },
];

type Model = Record<string, never>;

class Act implements fc.AsyncCommand<Model, Cluster> {
  readonly #name: string;
  readonly #act: (cluster: Cluster) => unknown;

  constructor(name: string, act: (cluster: Cluster) => unknown) {
    this.#name = name;
    this.#act = act;
  }

  check(): boolean {
    return true;
  }

  async run(_model: Model, cluster: Cluster): Promise<void> {
    await this.#act(cluster);
    await cluster.check();
  }

  toString(): string {
    return this.#name;
  }
}

const place = fc.nat(11);
const move = fc.record({
  place,
  end: fc.constantFrom("done" as const, "done" as const, ...RUN_ENDS),
})
  .map(({ place, end }) => new Act(`${end} ${place}`, (cluster) => cluster.move(place, end)));
const accept = fc.record({ app: fc.nat(3), place }).map(({ app, place }) =>
  new Act(`accept ${app} at ${place}`, (cluster) => cluster.accept(app, place))
);

function onTask(name: "cancel" | "delete"): fc.Arbitrary<Act> {
  return fc.record({ task: fc.nat(20), place }).map(({ task, place }) =>
    new Act(`${name} ${task} at ${place}`, async (cluster) => {
      const taskId = cluster.task(task);
      if (taskId !== undefined) await cluster[name](taskId, place);
    })
  );
}

function onMember(name: "crash" | "holdUp" | "stop" | "sweep"): fc.Arbitrary<Act> {
  return place.map((place) => new Act(`${name} ${place}`, (cluster) => cluster[name](place)));
}

const commands = fc.commands([
  accept,
  accept,
  move,
  move,
  move,
  move,
  onTask("cancel"),
  onTask("delete"),
  onMember("crash"),
  onMember("holdUp"),
  onMember("stop"),
  onMember("sweep"),
  fc.constant(new Act("let go", (cluster) => cluster.letGo())),
  fc.constant(new Act("join", (cluster) => cluster.size < 4 ? cluster.join() : undefined)),
  fc.constantFrom(1, 3, 11, 25).map((seconds) =>
    new Act(`pass ${seconds} s`, (cluster) => cluster.pass(seconds))
  ),
], { maxCommands: 60, size: "max" });

propertyTest(
  "an executor among others keeps the database sound, whatever is done to them, and ends every task",
  async ({ report }) => {
    const runs = { numRuns: 30, tasks: 0, acts: 0 };
    await fc.assert(
      fc.asyncProperty(commands, async (cmds) => {
        const real = await Cluster.start(APPS);
        await fc.asyncModelRun(() => ({ model: {}, real }), cmds);
        await real.finish();
        runs.tasks += real.tasks.length;
        runs.acts += [...cmds].length;
      }),
      parameters(runs),
    );
    report(
      `executor: ${runs.numRuns} runs, ${runs.acts} acts, ${runs.tasks} tasks, ` +
        `0 lost, 0 stuck, 0 steps kept twice`,
    );
  },
);

import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { type NoOpApp, startNoOpApp, STEPS_IN_A_ROW } from "./no_op_app.ts";
import { median } from "./statistics.ts";

const IN_FLIGHT = 64;
const LONE_TASKS_A_ROUND = 150;
const TASKS_A_ROUND = 1_000;

/** What a task costs in one round, in milliseconds. */
interface Cost {
  /** Submit → completed, idle, p50. */
  readonly alone: number;
  /** Of the time in which many completed, for each of them. */
  readonly inCompany: number;
}

/** What a task costs where many are kept. */
export const storedTasks: Bench = {
  name: "stored-tasks",
  description: "what a task of 3 no-op steps costs beside few and many stored tasks, in process",

  async run({ isQuick, seeded }) {
    const counts = isQuick ? [1_000, 5_000, 20_000] : [1_000, 100_000, 1_000_000];
    const apps: NoOpApp[] = [];
    for (const count of counts) {
      apps.push(await startNoOpApp((await seeded(count)).path, STEPS_IN_A_ROW));
    }
    await measure(apps);
    const rounds: (readonly Cost[])[] = [];
    for (let round = 0; round < (isQuick ? 3 : 7); round++) rounds.push(await measure(apps));
    for (const app of apps) await app.stop();
    return figuresOf(counts, rounds);
  },
};

/** One task of each in turn, then many of each in turn, so that all see the same noise. */
async function measure(apps: readonly NoOpApp[]): Promise<Cost[]> {
  const alone: number[][] = apps.map(() => []);
  for (let i = 0; i < LONE_TASKS_A_ROUND; i++) {
    for (const [at, app] of apps.entries()) {
      const start = performance.now();
      await app.complete();
      alone[at]?.push(performance.now() - start);
    }
  }
  const costs: Cost[] = [];
  for (const [at, app] of apps.entries()) {
    const inCompany = 1_000 / await app.rateOf(TASKS_A_ROUND, IN_FLIGHT);
    costs.push({ alone: median(alone[at] ?? []), inCompany });
  }
  return costs;
}

function figuresOf(counts: readonly number[], rounds: readonly (readonly Cost[])[]): Figure[] {
  const [few, ...more] = counts.map((count, at) => ({
    tasks: `${count.toLocaleString("en")} stored tasks`,
    costs: rounds.map((costs) => costs[at] ?? { alone: NaN, inCompany: NaN }),
  }));
  return more.flatMap(({ tasks, costs }) => {
    const figure = (name: string, round: string, value: (cost: Cost) => number): Figure => ({
      name: `${name}, ${tasks}`,
      unit: "ms",
      values: costs.map(value),
      round,
      floor: { name: few?.tasks ?? "", values: (few?.costs ?? []).map(value) },
      target: { of: "ratio", bound: "at most", value: 1.3 },
    });
    return [
      figure("submit → completed, idle, p50", `${LONE_TASKS_A_ROUND} tasks`, ({ alone }) => alone),
      figure(
        `time a task, ${IN_FLIGHT} in flight`,
        `${TASKS_A_ROUND} tasks`,
        ({ inCompany }) => inCompany,
      ),
    ];
  });
}

import { join } from "node:path";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { parallelSteps, startNoOpApp } from "./no_op_app.ts";
import { openPlainSqlite } from "./plain_sqlite.ts";
import { recordCommits, type RecordedCommit } from "./recorded_commits.ts";
import { replayCommits } from "./replayed_commits.ts";

const STEPS = 20;
const IN_FLIGHT = 64;
const TASKS_A_ROUND = 1_000;
const WARM_UP = 200;
const FLOOR_TASKS_A_ROUND = 100;

/** Tasks a second of one round: Callboard's, and those of its two floors. */
interface Round {
  readonly tasks: number;
  /** The very commits of that round made again, bare. */
  readonly replayed: number;
  readonly sqlite: number;
}

/** Tasks of many steps at the same time. */
export const fanOut: Bench = {
  name: "fan-out",
  description: `${TASKS_A_ROUND.toLocaleString("en")} tasks of ${STEPS} parallel no-op steps, ` +
    `${IN_FLIGHT} in flight, in process`,

  async run({ folder, isQuick }) {
    const sqlite = openPlainSqlite(join(folder, "sqlite.db"), STEPS);
    const rounds: Round[] = [];
    for (let round = 0; round < (isQuick ? 3 : 5); round++) {
      const { tasks, replayed } = await measure(join(folder, String(round)));
      rounds.push({ tasks, replayed, sqlite: sqlite.rateOf(FLOOR_TASKS_A_ROUND) });
    }
    sqlite.close();
    return figuresOf(rounds);
  },
};

/** Each round has a database of its own, on which its commits can be made again. */
async function measure(folder: string): Promise<Omit<Round, "sqlite">> {
  const commits: RecordedCommit[] = [];
  const app = await startNoOpApp(
    join(folder, "callboard.db"),
    parallelSteps(STEPS),
    (kv) => recordCommits(kv, (commit) => commits.push(commit)),
  );
  await app.rateOf(WARM_UP, IN_FLIGHT);
  const before = commits.length;
  const tasks = await app.rateOf(TASKS_A_ROUND, IN_FLIGHT);
  const after = commits.length;
  await app.stop();
  const kv = await Deno.openKv(join(folder, "replayed.db"));
  const stamps = await replayCommits(kv, commits.slice(0, before), new Map());
  const start = performance.now();
  await replayCommits(kv, commits.slice(before, after), stamps);
  const replayed = TASKS_A_ROUND / (performance.now() - start) * 1_000;
  kv.close();
  return { tasks, replayed };
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const round = `${TASKS_A_ROUND} tasks`;
  return [
    {
      name: "tasks a second",
      unit: "tasks/s",
      values: rounds.map(({ tasks }) => tasks),
      round,
      floor: {
        name: `node:sqlite, WAL, synchronous FULL, ${STEPS + 2} commits a task, one after another`,
        values: rounds.map(({ sqlite }) => sqlite),
      },
      target: null,
    },
    {
      name: "steps a second",
      unit: "steps/s",
      values: rounds.map(({ tasks }) => tasks * STEPS),
      round,
      floor: {
        name: "the very commits of the round, made again through kv.atomic()",
        values: rounds.map(({ replayed }) => replayed * STEPS),
      },
      target: null,
    },
  ];
}

import { startBareStream } from "./bare_stream.ts";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { runInBrowser } from "./browser_process.ts";
import { type Causes, LiveOrder, LiveRound } from "./live_report.ts";
import { type SignalledApp, startSignalledApp } from "./signalled_app.ts";
import { percentile } from "./statistics.ts";
import { z } from "zod";

const STEPS = 10;
const TASKS_A_ROUND = 4;
/** Half the time between two changes, so that there are less than five a second. */
const PAUSE_MS = 100;
/** Added at random: nothing falls into step with the browser's frames. */
const JITTER_MS = 20;

/** A step's change → the DOM of a real browser. */
export const liveUpdates: Bench = {
  name: "live-updates",
  description: `a step's outcome → the DOM of a task's page in Chromium, ${STEPS} steps a task, ` +
    `less than 5 changes a second, each committed and synced first`,

  async run({ folder, isQuick }) {
    const app = await startSignalledApp({ folder, steps: STEPS });
    const bare = startBareStream(async (request) => {
      const taskId = new URL(request.url).pathname.slice(1);
      if (taskId === "") return new Response(await app.start());
      return Response.json(await causeChanges(app, taskId, bare.send));
    });
    const rounds = z.array(LiveRound).parse(
      await runInBrowser(
        "live_updates.ts",
        {
          bare: bare.origin,
          app: app.origin,
          steps: STEPS,
          rounds: isQuick ? 5 : 7,
          tasksARound: isQuick ? 1 : TASKS_A_ROUND,
        } satisfies LiveOrder,
      ),
    );
    await bare.stop();
    await app.stop();
    return figuresOf(rounds);
  },
};

/** Ends each step of a task in turn, with a bare message halfway to the next. */
async function causeChanges(
  app: SignalledApp,
  taskId: string,
  sendBare: (text: string) => number,
): Promise<Causes> {
  const causes: Causes = { endedAt: [], committedAt: [], sentAt: [] };
  for (let number = 1; number <= STEPS; number++) {
    await pause();
    const { endedAt, committedAt } = await app.signal(taskId, number);
    causes.endedAt.push(endedAt);
    causes.committedAt.push(committedAt);
    await pause();
    causes.sentAt.push(sendBare(String(number)));
  }
  return causes;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS + Math.random() * JITTER_MS));
}

function figuresOf(rounds: readonly LiveRound[]): Figure[] {
  const round = `${rounds[0]?.shown.length} changes`;
  const each = (percent: number, value: (round: LiveRound) => readonly number[]) =>
    rounds.map((round) => percentile(value(round), percent));
  const shown = (percent: number, atMost: number): Figure => ({
    name: `a step's outcome → DOM, p${percent}`,
    unit: "ms",
    values: each(percent, ({ shown }) => shown),
    round,
    floor: {
      name: "a bare server's message → DOM by EventSource and textContent",
      values: each(percent, ({ bare }) => bare),
    },
    target: { of: "figure", bound: "at most", value: atMost },
  });
  return [
    shown(50, 15),
    shown(99, 60),
    {
      name: "of that until the outcome was committed, p50",
      unit: "ms",
      values: each(50, ({ committed }) => committed),
      round,
      floor: null,
      target: null,
    },
    {
      name: "what the clocks of page and server may be apart: half the fastest round trip",
      unit: "ms",
      values: rounds.map(({ clockError }) => clockError),
      round,
      floor: null,
      target: null,
    },
  ];
}

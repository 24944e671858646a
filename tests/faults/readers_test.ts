import assert from "node:assert/strict";
import { CROWD, type CrowdedServer, playRound, VISITS } from "../helpers/crowd.ts";
import { startCrowdedBareServer } from "../helpers/crowded_bare_server.ts";
import { MESSAGES, startCrowdedCallboard } from "../helpers/crowded_callboard.ts";
import { isWithin, type Memory } from "../helpers/memory_gauge.ts";
import type { Held } from "../helpers/memory_probe.ts";
import { seededTest } from "../helpers/seed.ts";

/** The first round warms up, the second fills what the system keeps, the others find it there. */
const ROUNDS = { callboard: 4, bare: 2 };
/** For how long rounds go on, where that is longer. */
const MINUTES = Number(Deno.env.get("CALLBOARD_READERS_MINUTES") ?? "0");
const MB = 1024 * 1024;
/** V8 compiles more as it goes on. */
const MAX_HEAP_GROWTH_MB = 2;
/** What the system's allocator keeps for later comes and goes. */
const MAX_GROWTH_MB = 8;
/** Objects of a class that whatever else goes on may hold at the moment. */
const SLACK = 4;
/** What a crowd leaves behind, against what it leaves in a server that does nothing but stream. */
const MAX_TIMES_BARE = 2.5;

seededTest(
  "five hundred idle readers, twenty that stop reading, and visitors: all are let go, and no other route is harmed",
  async ({ random, report }) => {
    await using callboard = await startCrowdedCallboard();
    const ours = await measure(callboard, { random, rounds: ROUNDS.callboard, minutes: MINUTES });
    assert.deepEqual(await callboard.readers(), { task: 0, history: 0 });
    const bare = await measureBare(random);

    const [, second, ...later] = ours.rests;
    const last = later.at(-1);
    assert.ok(second && last);
    const heapGrowth = (last.heapUsed - second.heapUsed) / MB;
    assert.ok(heapGrowth <= MAX_HEAP_GROWTH_MB, `the heap grows: ${told(ours)}`);
    const growth = (last.rss - second.rss) / MB;
    assert.ok(growth <= MAX_GROWTH_MB, `memory grows: ${told(ours)}`);
    const compared = `${told(ours)}; a bare server ${told(bare)}`;
    assert.ok(leftBy(ours) <= leftBy(bare) * MAX_TIMES_BARE, `much is left: ${compared}`);
    report(
      `fault 18: ${ours.rests.length} x ${CROWD.idle} idle readers, ${CROWD.stalled} stalled, ` +
        `${VISITS} visits, then 0 readers; ${callboard.answers} other answers; ${compared}; ` +
        `held each time ${JSON.stringify(last.held)}`,
    );
  },
);

interface Measured {
  readonly start: Memory;
  readonly fulls: readonly Memory[];
  readonly rests: readonly Memory[];
}

async function measureBare(random: () => number): Promise<Measured> {
  await using bare = await startCrowdedBareServer(MESSAGES);
  return await measure(bare, { random, rounds: ROUNDS.bare, minutes: 0 });
}

async function measure(
  server: CrowdedServer,
  { random, rounds, minutes }: {
    readonly random: () => number;
    readonly rounds: number;
    readonly minutes: number;
  },
): Promise<Measured> {
  const start = await server.memory("settled");
  const end = performance.now() + minutes * 60_000;
  const fulls: Memory[] = [];
  const rests: Memory[] = [];
  while (rests.length < rounds || performance.now() < end) {
    const held = rests[0] === undefined
      ? streamsOf(start)
      : { ...withSlack(rests[0]), ...streamsOf(start) };
    const { full, rest } = await playRound(server, { random, held });
    assert.ok(
      isWithin(rest.held, held),
      `it holds ${JSON.stringify(rest.held)}, not ${JSON.stringify(held)}`,
    );
    fulls.push(full);
    rests.push(rest);
  }
  return { start, fulls, rests };
}

/** No stream is ever left; until a first round has warmed up, nothing is known of the rest. */
function streamsOf({ held: { ReadableStream } }: Memory): Held {
  return { ReadableStream };
}

function withSlack({ held }: Memory): Held {
  return Object.fromEntries(Object.entries(held).map(([name, count]) => [name, count + SLACK]));
}

/** In MB. */
function leftBy({ start, rests }: Measured): number {
  return ((rests.at(-1)?.rss ?? NaN) - start.rss) / MB;
}

function told({ start, fulls, rests }: Measured): string {
  const rss = ({ rss }: Memory) => rss;
  const heap = ({ heapUsed }: Memory) => heapUsed;
  return `${span([start], rss)} MB before, ${span(fulls, rss)} with them, ` +
    `${span(rests.slice(0, 1), rss)}, then ${span(rests.slice(1), rss)} without ` +
    `(heap ${span([start], heap)}, then ${span(rests, heap)})`;
}

/** The least and the most, in MB. */
function span(memories: readonly Memory[], bytesOf: (memory: Memory) => number): string {
  const sizes = memories.map((memory) => Math.round(bytesOf(memory) / MB));
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return least === most ? String(most) : `${least} to ${most}`;
}

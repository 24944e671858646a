import assert from "node:assert/strict";
import { BareReader } from "./bare_reader.ts";
import { isWithin, type Memory } from "./memory_gauge.ts";
import type { Held, MemoryOrder } from "./memory_probe.ts";

/** Who comes in a round: those who wait, who stop reading, who read on, and who come and go. */
export const CROWD = { idle: 500, stalled: 20, reading: 2, visits: { groups: 20, atOnce: 40 } };
export const VISITS = CROWD.visits.groups * CROWD.visits.atOnce;
/** Some visitors leave before they have read a word. */
const STAYS = 0.7;
/** A process that never lets go of its readers is not waited for for ever. */
const MAX_LOOKS = 20;

/** A server in another process, for a crowd of readers. */
export interface CrowdedServer extends AsyncDisposable {
  readonly origin: string;
  memory(order: MemoryOrder): Promise<Memory>;
  /** Makes what is read in a round. */
  prepare(): Promise<Scene>;
}

/** What there is to read. */
export interface Scene {
  /** Streams that tell nothing; those who wait take one after the other. */
  readonly idle: readonly string[];
  /** Those that visitors ask for. */
  readonly visited: readonly string[];
  /** One that tells a lot. */
  readonly busy: string;
  /** All but the visitors are there. */
  onGathered(): Promise<void>;
  /** Tells a lot, as fast as these read. */
  write(readers: readonly BareReader[]): Promise<void>;
}

/** What the server held with its readers, before garbage was collected, and without them. */
export interface Round {
  readonly full: Memory;
  readonly rest: Memory;
}

/** Readers come, see what happens, and go. @param held What is to be left at most. */
export async function playRound(
  server: CrowdedServer,
  { random, held }: { readonly random: () => number; readonly held: Held },
): Promise<Round> {
  const { origin } = server;
  const scene = await server.prepare();
  const idle = await open(origin, CROWD.idle, scene.idle);
  const stalled = await open(origin, CROWD.stalled, [scene.busy]);
  const reading = await open(origin, CROWD.reading, [scene.busy]);
  await scene.onGathered();
  await Promise.all([receiveVisits(origin, scene.visited, random), scene.write(reading)]);
  const full = await server.memory("now");
  for (const reader of [...idle, ...stalled, ...reading]) reader.close();
  return { full, rest: await untilEmpty(server, held) };
}

async function open(
  origin: string,
  count: number,
  paths: readonly string[],
): Promise<BareReader[]> {
  const readers: BareReader[] = [];
  for (let i = 0; i < count; i++) {
    readers.push(await BareReader.open(origin, paths[i % paths.length] ?? ""));
  }
  return readers;
}

async function receiveVisits(
  origin: string,
  paths: readonly string[],
  random: () => number,
): Promise<void> {
  for (let group = 0; group < CROWD.visits.groups; group++) {
    await Promise.all(Array.from({ length: CROWD.visits.atOnce }, async () => {
      const path = paths[Math.floor(random() * paths.length)] ?? "";
      const visitor = await BareReader.ask(origin, path);
      if (random() < STAYS) assert.equal(await visitor.status(), 200);
      visitor.close();
    }));
  }
}

/** How things stand once no more is held than this, or it has been waited for in vain. */
async function untilEmpty(server: CrowdedServer, held: Held): Promise<Memory> {
  let memory = await server.memory("settled");
  for (let looks = 0; !isWithin(memory.held, held) && looks < MAX_LOOKS; looks++) {
    memory = await server.memory("settled");
  }
  return memory;
}

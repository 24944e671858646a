import { join } from "node:path";
import { type SeededTasks, seedTasks } from "./seeded_tasks.ts";

/** Makes each seeded database once, when it is first asked for. */
export function createSeedShelf(folder: string): (count: number) => Promise<SeededTasks> {
  const shelf = new Map<number, Promise<SeededTasks>>();
  return (count) => {
    const seeded = shelf.get(count) ?? seed(folder, count);
    shelf.set(count, seeded);
    return seeded;
  };
}

async function seed(folder: string, count: number): Promise<SeededTasks> {
  const start = performance.now();
  const seeded = await seedTasks(join(folder, `${count}.db`), count);
  const seconds = (performance.now() - start) / 1_000;
  const megabytes = (await Deno.stat(seeded.path)).size / 2 ** 20;
  console.log(
    `  (${count.toLocaleString("en")} tasks written in ${seconds.toFixed(0)} s, ` +
      `${megabytes.toFixed(0)} MB)`,
  );
  return seeded;
}

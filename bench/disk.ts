import { join, resolve } from "node:path";

/** Where a folder is kept. `device` is the kernel's `major:minor`. */
export interface Disk {
  readonly fileSystem: string;
  readonly source: string;
  readonly device: string;
}

const IN_MEMORY = ["tmpfs", "ramfs", "devtmpfs"];
/** Place of "flush requests completed" in the kernel's `Documentation/block/stat.rst`. */
const FLUSHES = 15;
const COMMITS = 200;

/**
 * The disk under a folder; null where the system does not tell.
 *
 * @throws {Error} when the folder is in memory: nothing would be synced there.
 */
export async function diskOf(folder: string): Promise<Disk | null> {
  const table = await Deno.readTextFile("/proc/self/mountinfo").catch(() => "");
  const path = resolve(folder);
  const [mount] = table.split("\n").filter(Boolean).map(readMount)
    .filter(({ point }) => path === point || path.startsWith(point.replace(/\/?$/, "/")))
    .sort((a, b) => b.point.length - a.point.length);
  if (mount === undefined) return null;
  if (IN_MEMORY.includes(mount.fileSystem)) {
    throw new Error(
      `Cannot measure in "${folder}": it is on ${mount.fileSystem}, not on a disk. ` +
        `Set BENCH_FOLDER to a folder on a disk`,
    );
  }
  return mount;
}

/** How often the disk was flushed while a KV file took 200 commits; null where nobody counts. */
export async function countFlushes(
  folder: string,
  disk: Disk,
): Promise<{ readonly commits: number; readonly flushes: number } | null> {
  const before = await flushesOf(disk);
  if (before === null) return null;
  const kv = await Deno.openKv(join(folder, "flushes.db"));
  for (let count = 0; count < COMMITS; count++) await kv.atomic().set(["flush"], count).commit();
  const after = await flushesOf(disk);
  kv.close();
  return after === null ? null : { commits: COMMITS, flushes: after - before };
}

async function flushesOf({ device }: Disk): Promise<number | null> {
  const text = await Deno.readTextFile(`/sys/dev/block/${device}/stat`).catch(() => "");
  const count = Number(text.trim().split(/\s+/)[FLUSHES]);
  return Number.isInteger(count) ? count : null;
}

/** A line of `/proc/self/mountinfo`, as proc(5) describes it. */
function readMount(line: string) {
  const [before = "", after = ""] = line.split(" - ");
  const [, , device = "", , point = ""] = before.split(" ");
  const [fileSystem = "", source = ""] = after.split(" ");
  return { device, point, fileSystem, source };
}

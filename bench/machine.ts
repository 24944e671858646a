import { DatabaseSync } from "node:sqlite";
import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import { countFlushes, diskOf } from "./disk.ts";

/** What the figures were measured on, a line each. */
export async function describeMachine(folder: string): Promise<readonly string[]> {
  const [cpu] = cpus();
  const { deno, v8 } = Deno.version;
  return [
    `machine  ${cpus().length} × ${cpu?.model ?? "unknown processor"}, ` +
    `${(totalmem() / 2 ** 30).toFixed(0)} GB, load ${loadavg()[0]?.toFixed(1)}`,
    `system   ${type()} ${release()} ${arch()}`,
    `runtime  Deno ${deno}, V8 ${v8}, SQLite ${sqliteVersion()} (node:sqlite)`,
    `disk     ${await describeDisk(folder)}`,
  ];
}

async function describeDisk(folder: string): Promise<string> {
  const disk = await diskOf(folder);
  if (disk === null) return "unknown: this system does not tell";
  const count = await countFlushes(folder, disk);
  const synced = count === null
    ? "flushes not counted here"
    : `${count.flushes} flushes while a KV file took ${count.commits} commits`;
  return `${disk.fileSystem} on ${disk.source}, ${synced}`;
}

function sqliteVersion(): string {
  const database = new DatabaseSync(":memory:");
  const row = database.prepare("SELECT sqlite_version() AS version").get();
  database.close();
  return String(row?.["version"]);
}

import type { Kv, KvWatch } from "./kv.ts";
import type { KvConnection } from "./kv_pool.ts";
import { lockFile } from "./file_lock.ts";

const MEMORY = ":memory:";

/** An open database. `close` lets go of it, and of its file's lock. */
export interface OpenKv {
  readonly kv: Kv;
  /** Tells of what other processes change; null where the database belongs to this one alone. */
  readonly watch: KvWatch | null;
  close(): void;
}

/**
 * Opens the database.
 *
 * @param path a file, which then belongs to this process alone; `":memory:"`; the URL of a KV Connect
 * service; or null for the database that Deno Deploy attaches.
 * @throws {Error} when another process has the file, there can be none at that place, or no service
 * answers there, in a sentence that says what to do.
 */
export async function openKv(path: string | null): Promise<OpenKv> {
  if (path === MEMORY) {
    const kv = await open(path);
    return { kv, watch: null, close: () => kv.close() };
  }
  return path === null || isUrl(path) ? await openShared(path) : await openFile(path);
}

async function openShared(path: string | null): Promise<OpenKv> {
  const kv = path === null ? await open() : await connect(path);
  return { kv, watch: (keys) => kv.watch(keys), close: () => kv.close() };
}

async function connect(url: string): Promise<KvConnection> {
  const { openService } = await import("./open_service.ts");
  return await openService(url, open);
}

async function openFile(path: string): Promise<OpenKv> {
  const file = withFolder(path);
  const unlock = await lock(file).catch((error) => {
    throw new Error(`Cannot open "${path}": set KV_PATH to a file that can be written`, {
      cause: error,
    });
  });
  if (unlock === null) {
    throw new Error(
      `Cannot open "${path}": another Callboard is using it. ` +
        `Stop that one, or set KV_PATH to another file`,
    );
  }
  const kv = await open(file);
  return {
    kv,
    watch: null,
    close() {
      kv.close();
      unlock();
    },
  };
}

function isUrl(path: string): boolean {
  return /^https?:/i.test(path);
}

async function lock(file: string): Promise<(() => void) | null> {
  await Deno.mkdir(file.replace(/[^/\\]+$/, ""), { recursive: true });
  return await lockFile(`${file}.lock`);
}

/** Older versions of Deno cannot open a file by its bare name. */
function withFolder(path: string): string {
  return /[/\\]/.test(path) ? path : `${Deno.cwd()}/${path}`;
}

/** Deno's own where it has one; the package where it has not. */
async function open(path?: string): Promise<KvConnection> {
  if (typeof Deno.openKv === "function") return await Deno.openKv(path);
  const { openKv } = await import("@deno/kv");
  return await openKv(path);
}

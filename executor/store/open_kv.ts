import type { Kv } from "./kv.ts";
import { lockFile } from "./file_lock.ts";

/** An open database. `close` lets go of it, and of its file's lock. */
export interface OpenKv {
  readonly kv: Kv;
  close(): void;
}

/**
 * Opens the database.
 *
 * @param path a file, which then belongs to this process alone; `":memory:"`; an `https://` URL of a
 * KV Connect service; or null for the database that Deno Deploy attaches.
 * @throws {Error} when another process has the file, or there can be none at that place, in a
 * sentence that says what to do.
 */
export async function openKv(path: string | null): Promise<OpenKv> {
  const isFile = path !== null && path !== ":memory:" && !/^https?:/.test(path);
  if (!isFile) {
    const kv = await open(path ?? undefined);
    return { kv, close: () => kv.close() };
  }
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
    close() {
      kv.close();
      unlock();
    },
  };
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
async function open(path: string | undefined): Promise<Kv & { close(): void }> {
  if (typeof Deno.openKv === "function") return await Deno.openKv(path);
  const { openKv } = await import("@deno/kv");
  return await openKv(path);
}

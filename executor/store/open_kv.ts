import type { Kv, KvWatch } from "./kv.ts";
import { type KvConnection, poolKv } from "./kv_pool.ts";
import { patientKv } from "./patient_kv.ts";
import { lockFile } from "./file_lock.ts";

const MEMORY = ":memory:";
/** How long a service may take until it answers for the first time. */
const PATIENCE_MS = 6_000;
const RETRY_MS = 250;
/** Connections of a pool. */
const WORKING = 4;
const WATCHING = 3;

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
  const kv = path === null ? await open(undefined) : await openService(path);
  return { kv, watch: (keys) => kv.watch(keys), close: () => kv.close() };
}

/** The service may still be starting; later on its client waits for it by itself. */
async function openService(url: string): Promise<KvConnection> {
  for (let waited = 0;; waited += RETRY_MS) {
    try {
      return patientKv(await openConnections(url));
    } catch (error) {
      if (waited >= PATIENCE_MS) refuse(url, error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** An open connection leads to a bare service; a closed one to something that is set up for more. */
async function openConnections(url: string): Promise<KvConnection> {
  const first = await openAnswering(url);
  if (!/^http:/i.test(url)) return first;
  const open = (count: number) =>
    Promise.all(Array.from({ length: count }, () => openAnswering(url)));
  return poolKv([first, ...await open(WORKING - 1)], await open(WATCHING));
}

async function openAnswering(url: string): Promise<KvConnection> {
  const kv = await open(url);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("It does not answer")), PATIENCE_MS);
  });
  try {
    await Promise.race([kv.get(["ping"]), silence]);
    return kv;
  } catch (error) {
    kv.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function refuse(url: string, cause: unknown): never {
  const where = URL.parse(url)?.host ?? url;
  throw new Error(
    `Cannot open the database at "${where}": set KV_PATH to the URL of a KV Connect service that ` +
      `runs, and DENO_KV_ACCESS_TOKEN to a token it takes`,
    { cause },
  );
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
async function open(path: string | undefined): Promise<KvConnection> {
  if (typeof Deno.openKv === "function") return await Deno.openKv(path);
  const { openKv } = await import("@deno/kv");
  return await openKv(path);
}

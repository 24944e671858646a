/** Restarts overlap: the old process may need this long to let go. */
const PATIENCE_MS = 6_000;
const INTERVAL_MS = 50;

/**
 * Takes an exclusive lock on a file, which is made where it is missing. The system lets go of it
 * when the process ends, however it ends.
 *
 * @returns what lets go of it, or null when somebody else held it for {@link PATIENCE_MS}.
 */
export async function lockFile(path: string): Promise<(() => void) | null> {
  const file = await Deno.open(path, { create: true, write: true });
  if (await tryLockFor(file, PATIENCE_MS)) return () => file.close();
  file.close();
  return null;
}

/** Older versions of Deno have `lock` alone, which waits for ever. */
interface MayTryLock {
  tryLock?(exclusive: boolean): Promise<boolean>;
}

async function tryLockFor(file: Deno.FsFile & MayTryLock, ms: number): Promise<boolean> {
  if (file.tryLock === undefined) return await lockWithin(file, ms);
  for (let waited = 0;; waited += INTERVAL_MS) {
    if (await file.tryLock(true)) return true;
    if (waited >= ms) return false;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}

/** For a Deno without `tryLock`. */
async function lockWithin(file: Deno.FsFile, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const locked = await Promise.race([file.lock(true).then(() => true), timeout]);
  clearTimeout(timer);
  return locked;
}

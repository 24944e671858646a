import { type KvConnection, poolKv } from "./kv_pool.ts";
import { patientKv } from "./patient_kv.ts";

/** How long a service may take until it answers for the first time. */
const PATIENCE_MS = 6_000;
const RETRY_MS = 250;
/** Connections of a pool. */
const WORKING = 4;
const WATCHING = 3;

type Open = (url: string) => Promise<KvConnection>;

/**
 * Opens connections to a KV Connect service. It may still be starting: it is asked for
 * {@link PATIENCE_MS}; later on its client waits for it by itself.
 *
 * @throws {Error} when it does not answer, or refuses the token, in a sentence.
 */
export async function openService(url: string, open: Open): Promise<KvConnection> {
  const begunAt = performance.now();
  for (;;) {
    try {
      return patientKv(await openConnections(url, open));
    } catch (error) {
      if (performance.now() - begunAt >= PATIENCE_MS) refuse(url, error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** An open connection leads to a bare service; a closed one to something that is set up for more. */
async function openConnections(url: string, open: Open): Promise<KvConnection> {
  const first = await openAnswering(url, open);
  if (!/^http:/i.test(url)) return first;
  const others = await Promise.all(Array.from({ length: WORKING + WATCHING - 1 }, () => open(url)));
  const all = [first, ...others];
  return poolKv(all.slice(0, WORKING), all.slice(WORKING));
}

async function openAnswering(url: string, open: Open): Promise<KvConnection> {
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

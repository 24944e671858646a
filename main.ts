import { loadSeedApps, openKv, startExecutor, stepKinds } from "./executor/mod.ts";
import { createIdentify } from "./routes/access/identify.ts";
import { realmOf } from "./routes/access/settings.ts";
import { createApp } from "./routes/app.tsx";
import { loadAssets } from "./routes/static_files.ts";
import { parseSettings } from "./routes/settings.ts";
import { createEventStreams } from "./routes/streams/event_stream.ts";
import { createTelemetry } from "./routes/telemetry/mod.ts";
import { startLine } from "./routes/telemetry/start_line.ts";
import { renderWithoutNode } from "./views/render_without_node.tsx";
import type { RenderMarkdown } from "./views/text/markdown.ts";

/** How long running tasks may go on once the process is told to stop. */
const GRACE_MS = 3_000;
/** How long requests under way may take after that: one may never be sent to its end. */
const LAST_ANSWERS_MS = 1_000;
/** How long a cron tick works on what is due. */
const SWEEP_MS = 55_000;

/** Windows knows no SIGTERM, and listening for it is an error there. */
const STOP_SIGNALS = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"] as const
  : ["SIGINT", "SIGTERM"] as const;

const environment = Deno.env.toObject();
const result = parseSettings(environment);
if (!result.ok) stopWith(result.problems.join(". "));
const { settings } = result;
for (const warning of settings.warnings) say("warning", warning);
const { observer, metrics, onAnswer, onUnexpected, flush } = await createTelemetry({
  log: { ...settings.log, secrets: settings.secrets, write: (lines) => console.error(lines) },
  isTraced: settings.isTraced,
  isKind: (kind) => stepKinds.has(kind),
});

const [opened, staticFiles] = await Promise.all([
  openKv(settings.kvPath).catch((error) => stopWith(error.message)),
  loadAssets(),
]);
const executor = await startExecutor({
  kv: opened.kv,
  watch: opened.watch,
  model: settings.model,
  concurrency: settings.concurrency,
  maxQueued: settings.maxQueued,
  retentionDays: settings.retentionDays,
  accessRealm: realmOf(settings.access),
  onUnexpected,
  observer,
});
const streams = createEventStreams();
let server: Deno.HttpServer | null = null;

// From here on this process may have tasks that it has to give back.
for (const signal of STOP_SIGNALS) Deno.addSignalListener(signal, stop);

await executor.apps.seed(loadSeedApps);

// Where an idle process is stopped, this tick is what goes on with tasks that wait.
Deno.cron("run due tasks and delete old ones", "* * * * *", async () => {
  await executor.sweep(SWEEP_MS).catch((error) => onUnexpected(error, "sweep"));
});

renderWithoutNode();
let markdown: Promise<RenderMarkdown> | undefined;
const app = createApp({
  executor,
  streams,
  reach: settings.reach,
  access: settings.access,
  identify: createIdentify({ executor, ...settings }),
  trustedProxies: settings.trustedProxies,
  rates: settings.rates,
  staticFiles,
  loadMarkdown: () => {
    return markdown ??= import("./views/text/markdown.ts").then((module) => module.loadMarkdown());
  },
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  processId: crypto.randomUUID().slice(0, 8),
  onError: onUnexpected,
  onAnswer,
  metrics,
});

server = serve();

// Only from here on: a start that fails has to end the process.
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  onUnexpected(event.reason, "unhandled rejection");
});

function serve(): Deno.HttpServer {
  // Older versions of Deno compress by themselves and do not know the option.
  const compression = { automaticCompression: true };
  const { port, host: hostname } = settings;
  const onListen = ({ hostname, port }: Deno.NetAddr) => {
    console.log(`Callboard listens on http://${hostname}:${port}`);
  };
  try {
    return Deno.serve({ ...compression, port, hostname, onListen }, app.fetch);
  } catch {
    return stopWith(
      `Cannot listen on ${hostname}:${port}: another program does, or it may not be used. ` +
        `Set PORT or HOST to another`,
    );
  }
}

async function stop(): Promise<void> {
  try {
    streams.closeAll();
    const closing = server?.shutdown();
    await executor.stop(GRACE_MS);
    await Promise.race([closing, new Promise((done) => setTimeout(done, LAST_ANSWERS_MS))]);
    opened.close();
    await flush();
    Deno.exit(0);
  } catch (error) {
    onUnexpected(error, "stop");
    await flush();
    Deno.exit(1);
  }
}

function stopWith(sentence: string): never {
  say("error", sentence);
  Deno.exit(1);
}

function say(level: "warning" | "error", sentence: string): void {
  console.error(startLine(environment.LOG_FORMAT, level, sentence));
}

import { Hono } from "hono";
import { type ExecutorLoad, MAX_COUNTED_DUE } from "../executor/mod.ts";
import type { Deps } from "./deps.ts";
import { paths } from "./paths.ts";
import { STREAM_TOPICS } from "./streams/event_stream.ts";
import { gauge } from "./telemetry/instruments.ts";
import { type Family, PROMETHEUS_TYPE, writeFamilies } from "./telemetry/prometheus.ts";

/** What Prometheus scrapes: what was counted here since the start, and how things stand now. */
export function metricsRoutes(deps: Deps): Hono {
  return new Hono().get(paths.metrics(), async (c) => {
    // Where the database does not answer, what is known without it is still worth having.
    const load = await deps.executor.load().catch((error) => {
      deps.onError(error, "metrics");
      return null;
    });
    const families = [
      ...deps.metrics?.families() ?? [],
      ...load === null ? [] : loadGauges(load),
      readers(deps),
      ...processGauges(),
    ];
    return c.body(writeFamilies(families), 200, {
      "Content-Type": PROMETHEUS_TYPE,
      "Cache-Control": "no-store",
    });
  });
}

function loadGauges(
  { running, free, due, oldestDueMs, waitingForSlot }: ExecutorLoad,
): Family[] {
  return [
    plain("callboard_tasks_running", "Tasks that run in this process.", running),
    plain("callboard_slots_free", "Tasks that this process could run besides.", free),
    plain(
      "callboard_queue_due_tasks",
      `Tasks due that no process has taken, counted up to ${MAX_COUNTED_DUE}.`,
      due,
    ),
    plain(
      "callboard_queue_oldest_due_seconds",
      "For how long the oldest of them has been due; 0 where there is none.",
      oldestDueMs / 1_000,
    ),
    plain(
      "callboard_tasks_waiting_for_slot",
      `Tasks whose app runs as many as it allows, counted up to ${MAX_COUNTED_DUE}.`,
      waitingForSlot,
    ),
  ];
}

function readers({ streams }: Deps): Family {
  const naming = {
    name: "callboard_readers",
    help: "Open streams, of a task's page or of the history.",
  };
  return gauge(
    naming,
    STREAM_TOPICS.map((stream) => ({ labels: { stream }, value: streams.countOf(stream) })),
  );
}

function processGauges(): Family[] {
  const { rss, heapUsed } = Deno.memoryUsage();
  const { deno, v8 } = Deno.version;
  const info = { name: "callboard_build_info", help: "Always 1; its labels say what runs here." };
  return [
    plain("process_resident_memory_bytes", "Memory of this process.", rss),
    plain("callboard_heap_used_bytes", "Memory that JavaScript objects take.", heapUsed),
    plain(
      "process_start_time_seconds",
      "When this process started, in seconds since 1970.",
      performance.timeOrigin / 1_000,
    ),
    gauge(info, [{ labels: { deno, v8 }, value: 1 }]),
  ];
}

function plain(name: string, help: string, value: number): Family {
  return gauge({ name, help }, [{ value }]);
}

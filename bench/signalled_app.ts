import { join } from "node:path";
import { z } from "zod";
import { openKv, startExecutor, type StepKind } from "../executor/mod.ts";
import { Definition } from "../executor/definition/schema.ts";
import { defineKind } from "../executor/steps/define_kind.ts";
import { createApp } from "../routes/app.tsx";
import { loadAssets } from "../routes/static_files.ts";
import { createEventStreams } from "../routes/streams/event_stream.ts";
import { loadMarkdown } from "../views/text/markdown.ts";
import { CLOCK_PATH, tellClock, wallClock } from "./wall_clock.ts";

/** The whole app in this process, whose tasks wait at each step for a signal. */
export interface SignalledApp {
  readonly origin: string;
  /** Answers as the server does. */
  fetch(request: Request): Response | Promise<Response>;
  /** Starts a task; resolves with its id. */
  start(): Promise<string>;
  /** Lets a step end; resolves when that is committed. @param number From 1. */
  signal(taskId: string, number: number): Promise<SignalledStep>;
  stop(): Promise<void>;
}

/** When a step had its outcome, just before the commit, and when that was committed: epoch ms. */
export interface SignalledStep {
  readonly endedAt: number;
  readonly committedAt: number;
}

export interface SignalledAppOptions {
  readonly folder: string;
  /** How many steps in a row a task has. */
  readonly steps: number;
  /** What each step is given and makes. */
  readonly text?: string;
  /** Answers what is asked beside; null for what is the app's to answer. */
  readonly order?: (request: Request) => Promise<Response> | null;
}

const SENTENCE = "What a step makes: a sentence or two, as a template or a short answer has them. ";

export async function startSignalledApp(
  { folder, steps, text = SENTENCE.repeat(3), order = () => null }: SignalledAppOptions,
): Promise<SignalledApp> {
  const opened = await openKv(join(folder, "callboard.db"));
  const gates = createGates();
  const fail = (error: unknown, where: string) => console.error(`[${where}]`, error);
  const executor = await startExecutor({
    kv: opened.kv,
    kinds: new Map([[gates.kind.kind, gates.kind]]),
    onUnexpected: fail,
  });
  await executor.apps.seed(() => Promise.resolve([definitionOf(steps)]));
  const [app] = await executor.apps.names();
  if (app === undefined) throw new Error("Cannot measure: the app was not seeded");
  const streams = createEventStreams();
  const { fetch } = createApp({
    executor,
    streams,
    staticFiles: await loadAssets(),
    loadMarkdown,
    now: () => Date.now(),
    after(ms, action) {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    processId: crypto.randomUUID().slice(0, 8),
    onError: fail,
  });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const isClock = new URL(request.url).pathname === CLOCK_PATH;
      return isClock ? tellClock(request) : order(request) ?? fetch(request);
    },
  );

  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    fetch: (request) => fetch(request),
    async start() {
      const inputs = { source: "json", fields: { text } } as const;
      const result = await executor.tasks.start(app.id, inputs, { kind: "person" });
      if (result.type !== "started") throw new Error(`Cannot measure: start is "${result.type}"`);
      return result.taskId;
    },
    async signal(taskId, number) {
      const committed = Promise.withResolvers<number>();
      const unwatch = executor.tasks.watch(taskId, () => committed.resolve(wallClock()));
      const endedAt = await gates.open(`${taskId}.${stepId(number)}`);
      const committedAt = await committed.promise;
      unwatch();
      return { endedAt, committedAt };
    },
    async stop() {
      streams.closeAll();
      await server.shutdown();
      await executor.stop(1_000);
      opened.close();
    },
  };
}

/** A kind whose steps end when they are told to. */
function createGates() {
  const gates = new Map<string, Gate>();
  const kind: StepKind = defineKind({
    kind: "signal",
    label: "Signal",
    config: z.strictObject({ text: z.string() }),
    async run({ config, idempotencyKey }) {
      const gate = createGate();
      gates.set(idempotencyKey, gate);
      await gate.opened.promise;
      gates.delete(idempotencyKey);
      gate.ended.resolve(wallClock());
      return { type: "done", output: config.text };
    },
  });
  return {
    kind,
    /** When the step had its outcome. */
    open(idempotencyKey: string): Promise<number> {
      const gate = gates.get(idempotencyKey);
      if (gate === undefined) throw new Error(`Cannot signal "${idempotencyKey}": it does not run`);
      gate.opened.resolve();
      return gate.ended.promise;
    },
  };
}

type Gate = ReturnType<typeof createGate>;

function createGate() {
  return {
    opened: Promise.withResolvers<void>(),
    ended: Promise.withResolvers<number>(),
  };
}

function definitionOf(steps: number): Definition {
  return Definition.parse({
    name: "Signalled",
    description: "Each step waits for a signal.",
    inputs: [{ name: "text", label: "Text", type: "multiline" }],
    steps: Array.from({ length: steps }, (_, i) => ({
      id: stepId(i + 1),
      name: `Step number ${i + 1}`,
      kind: "signal",
      config: { text: "{{ inputs.text }}" },
      needs: i === 0 ? [] : [stepId(i)],
    })),
    outputs: [{
      name: "result",
      label: "Result",
      type: "text",
      template: `{{ steps.${stepId(steps)}.output }}`,
    }],
  });
}

function stepId(number: number): string {
  return `step_${number}`;
}

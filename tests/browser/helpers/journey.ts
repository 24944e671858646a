import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { type ModelServer, startModelServer } from "../../helpers/model_server.ts";
import { type Guard, guard } from "./guard.ts";
import { launchFound } from "./launch_found.ts";
import { type Server, type Settings, startServer } from "./server.ts";

/** Most time a page may take to show what a test waits for, in milliseconds. */
const WAIT_LIMIT_MS = 60_000;

/** How a page is opened. */
export interface View {
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce";
  /** In CSS pixels; 1280 unless told. */
  readonly width?: number;
  readonly javaScript?: boolean;
  /** Console errors that the test brings about. */
  readonly allows?: readonly RegExp[];
}

/** What a journey has at hand. */
export interface Stage {
  readonly server: Server;
  /** The model service that the server is set to. */
  readonly model: ModelServer;
  /** Opens a path of the server in a browser context of its own. */
  open(path: string, view?: View): Promise<Page>;
  /** Opens a blank page in a browser context of its own. */
  blank(view?: View): Promise<Page>;
}

let browser: Promise<Browser> | null = null;

Deno.test.afterAll(async () => {
  await (await browser)?.close();
});

/**
 * A test in a real browser against a real server with a database and a model service of its own. It
 * fails as well where a page logs an error, breaks its CSP or asks for anything beyond loopback.
 */
export function journey(
  title: string,
  play: (stage: Stage) => Promise<void>,
  settings: Settings = {},
): void {
  Deno.test({
    name: title,
    sanitizeOps: false, // the browser outlives the tests of a file
    sanitizeResources: false,
    fn: async () => {
      browser ??= launchFound();
      const model = startModelServer();
      try {
        await using server = await startServer({
          ...modelSettings(model),
          ...settings,
        });
        await playOn(await browser, { server, model }, play);
      } finally {
        await model.close();
      }
    },
  });
}

function modelSettings({ baseUrl }: ModelServer): Settings {
  return {
    MODEL_BASE_URL: baseUrl,
    MODEL_API_KEY: "sk-of-the-tests",
    MODEL: "test-model",
  };
}

async function playOn(
  program: Browser,
  { server, model }: Pick<Stage, "server" | "model">,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const guards: Guard[] = [];
  const closers: (() => Promise<void>)[] = [];
  const blank = async (view: View = {}) => {
    const context = await program.newContext({
      baseURL: server.origin,
      ...contextOptions(view),
    });
    closers.push(() => context.close());
    context.setDefaultTimeout(WAIT_LIMIT_MS);
    guards.push(await guard(context, view.allows ?? []));
    return await context.newPage();
  };
  const open = async (path: string, view?: View) => {
    const page = await blank(view);
    await page.goto(path);
    return page;
  };
  const findings = () => guards.flatMap((each) => each.findings()).join("\n");
  try {
    await play({ server, model, blank, open });
  } catch (error) {
    console.error(`${findings()}\n${server.errors()}`.trim());
    throw error;
  } finally {
    for (const close of closers) await close();
  }
  if (findings() !== "") {
    throw new Error(`The pages misbehaved:\n${findings()}`);
  }
}

function contextOptions(view: View): BrowserContextOptions {
  const width = view.width ?? 1280;
  return {
    viewport: { width, height: width < 600 ? 780 : 900 },
    colorScheme: view.colorScheme ?? "light",
    reducedMotion: view.reducedMotion ?? "no-preference",
    javaScriptEnabled: view.javaScript ?? true,
    permissions: ["clipboard-read", "clipboard-write"],
    locale: "en-GB",
    timezoneId: "UTC",
  };
}

/** Keeps a picture of the page for people to look at, where `CALLBOARD_SHOTS` names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("CALLBOARD_SHOTS") ?? "";
  if (folder !== "") {
    await page.screenshot({
      path: join(folder, `${name}.png`),
      fullPage: true,
    });
  }
}

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { journey, shot, type Stage, type View } from "./helpers/journey.ts";
import { startProxy } from "./helpers/proxy.ts";
import { waitForStatus } from "./helpers/task_page.ts";

const PASSWORD = "correct horse battery staple";
const SETTINGS = { ACCESS_PASSWORD: PASSWORD };

/** What a browser logs of a page that says what is wrong. */
const REFUSED = [/status of 4(01|22)/];
/** The same of a stream that is lost, and then refused. */
const LOST = [
  /ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING/,
  /network error|Failed to fetch/i,
  /status (of )?401/,
];

async function signIn(stage: Stage, path: string, view?: View): Promise<Page> {
  const page = await stage.open(path, view);
  await fillIn(page, PASSWORD);
  await page.getByText("Sign out").waitFor();
  return page;
}

/** Runs an app whose model stops in the middle of its answer, and follows the task. */
async function followTask(stage: Stage, gate: Gate, view?: View): Promise<Page> {
  gate.open(1);
  stage.model.answer(words(["Night ", "trains"], { gate }));
  const page = await signIn(stage, paths.playground(), view);
  await page.getByRole("link", { name: "Ask a model" }).click();
  await page.getByLabel("Question").fill("When do trains run?");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await waitForStatus(page, "Running");
  return page;
}

async function fillIn(page: Page, password: string): Promise<void> {
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

for (const javaScript of [true, false]) {
  journey(
    `Sign-in: to the page asked for and out again, ${javaScript ? "with" : "without"} JavaScript`,
    async (stage) => {
      const page = await stage.open(paths.tasks({ status: "failed" }), {
        javaScript,
        allows: REFUSED,
      });
      assert.equal(new URL(page.url()).pathname, paths.signIn());
      await fillIn(page, "not the password");
      await page.getByText("This is not the password").waitFor();
      await fillIn(page, PASSWORD);
      await page.getByRole("heading", { name: "Task History" }).waitFor();
      assert.equal(
        new URL(page.url()).pathname + new URL(page.url()).search,
        paths.tasks({
          status: "failed",
        }),
      );
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByLabel("Password").waitFor();
      await page.goBack();
      await page.getByLabel("Password").waitFor();
      await page.goto(paths.studio());
      await page.getByLabel("Password").waitFor();
    },
    SETTINGS,
  );
}

journey("Sign-in: readable, and operable by keyboard, in any width and scheme", async (stage) => {
  const page = await stage.open(paths.signIn(paths.tasks()), {
    reducedMotion: "reduce",
    allows: REFUSED,
  });
  for (const state of ["fresh", "refused", "in"]) {
    if (state !== "fresh") {
      await page.keyboard.type(state === "in" ? PASSWORD : "wrong");
      await page.keyboard.press("Enter");
      await page.getByText(state === "in" ? "Sign out" : "This is not the password").waitFor();
    }
    for (const width of [360, 1280, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const what = `sign-in-${state}-${colorScheme}-${width}`;
        await shot(page, what);
        await assertAccessible(page, what);
      }
    }
  }
}, SETTINGS);

journey(
  "Task page: falls silent, and says so, when its reader signs out elsewhere",
  async (stage) => {
    const gate = new Gate();
    const page = await followTask(stage, gate);
    await page.clock.install();
    await page.reload();
    await page.getByText("Night").waitFor({ state: "attached" });
    const other = await page.context().newPage();
    await other.goto(paths.tasks());
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.getByLabel("Password").waitFor();
    await page.getByText("Live updates have ended").waitFor();
    await shot(page, "task-signed-out");
    gate.open(Infinity);
    await page.clock.runFor("05:00");
    assert.deepEqual(asked, []);
    await waitForStatus(page, "Running");
  },
  SETTINGS,
);

journey(
  "Task page: whose session ended while its connection was lost asks twice, and is silent then",
  async (stage) => {
    using proxy = startProxy(stage.server.origin);
    const gate = new Gate();
    const first = await followTask(stage, gate, { allows: LOST });
    const page = await first.context().newPage();
    await page.goto(proxy.origin + new URL(first.url()).pathname);
    await page.getByText("Night").waitFor({ state: "attached" });
    const statuses: number[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/events")) statuses.push(response.status());
    });
    proxy.cut();
    await first.getByRole("button", { name: "Sign out" }).click();
    await first.getByLabel("Password").waitFor();
    proxy.mend();
    await page.getByText("Live updates have ended").waitFor();
    await page.clock.install();
    await page.clock.runFor("05:00");
    assert.deepEqual(statuses, [401, 401]);
    gate.open(Infinity);
  },
  SETTINGS,
);

journey(
  "A form whose sender is signed out keeps what was typed, and leads to sign in",
  async (stage) => {
    const page = await signIn(stage, paths.playground(), { allows: REFUSED });
    await page.getByRole("link", { name: "Text brief" }).click();
    const field = page.getByRole("textbox", { name: "Text required" });
    await field.fill("What took so long to write");
    const other = await page.context().newPage();
    await other.goto(paths.tasks());
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.getByLabel("Password").waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("Sign in first. What you typed is still here").waitFor();
    await shot(page, "form-signed-out");
    await assertAccessible(page, "a form that was refused");
    assert.equal(await field.inputValue(), "What took so long to write");
    const [tab] = await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("alert").getByRole("link", { name: "Sign in" }).click(),
    ]);
    await fillIn(tab, PASSWORD);
    await tab.getByText("Sign out").waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await waitForStatus(page, "Completed");
  },
  SETTINGS,
);

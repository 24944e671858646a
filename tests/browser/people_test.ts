import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { Gate, words } from "../helpers/model_server.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { journey, shot } from "./helpers/journey.ts";
import { startPeople } from "./helpers/people.ts";
import { waitForStatus } from "./helpers/task_page.ts";

const people = await startPeople();
Deno.test.afterAll(() => provider.close());
const { provider, settings: SETTINGS, signIn } = people;

for (const javaScript of [true, false]) {
  journey(
    `People: an admin makes another one and can be lowered then, ${
      javaScript ? "with" : "without"
    } JavaScript`,
    async (stage) => {
      const ada = await signIn(stage, "Ada", paths.tasks(), { javaScript });
      await signIn(stage, "Bob", paths.tasks());
      await ada.getByRole("link", { name: "Settings" }).click();
      await ada.getByRole("link", { name: "People" }).click();
      const row = ada.getByRole("row", { name: /^Ada/ });
      await row.getByText("the only one").waitFor();
      await ada.getByLabel("Role of Bob").selectOption("Admin");
      await ada.getByRole("button", { name: "Save the role of Bob" }).click();
      await ada.getByLabel("Role of Ada").selectOption("Viewer");
      await ada.getByRole("button", { name: "Save the role of Ada" }).click();
      await ada.getByRole("heading", { name: "Playground" }).waitFor();
      await ada.getByRole("link", { name: "Settings" }).click();
      await ada.getByRole("heading", { name: "Settings" }).waitFor();
      assert.equal(await ada.getByRole("link", { name: "People" }).count(), 0);
    },
    SETTINGS,
  );
}

journey(
  "People: a viewer is made editor, and is removed while they follow a task",
  async (stage) => {
    const gate = new Gate();
    gate.open(1);
    stage.model.answer(words(["Night ", "trains"], { gate }));
    const ada = await signIn(stage, "Ada", paths.playground());
    await ada.getByRole("link", { name: "Ask a model" }).click();
    await ada.getByLabel("Question").fill("When do trains run?");
    await ada.getByRole("button", { name: "Run", exact: true }).click();
    await waitForStatus(ada, "Running");
    const { pathname } = new URL(ada.url());

    const bob = await signIn(stage, "Bob", pathname);
    await waitForStatus(bob, "Running");
    const cancel = bob.getByRole("button", { name: "Cancel" });
    assert.equal(await cancel.count(), 0, "a viewer only looks on");
    await bob.goto(paths.playground());
    await bob.getByRole("link", { name: "Ask a model" }).click();
    await bob.getByText("and not run apps").waitFor();
    assert.equal(await bob.getByRole("button", { name: "Run" }).count(), 0);
    await bob.goto(pathname);

    await ada.goto(paths.settings.people());
    await ada.getByLabel("Role of Bob").selectOption("Editor");
    await ada.getByRole("button", { name: "Save the role of Bob" }).click();
    await ada.getByLabel("Role of Bob").locator("[value=editor][selected]").waitFor({
      state: "attached",
    });
    await bob.clock.install();
    await bob.reload();
    await cancel.waitFor();

    const asked: string[] = [];
    bob.on("request", (request) => asked.push(request.url()));
    await ada.getByText("Remove Bob").click();
    await ada.getByRole("button", { name: "Remove person" }).click();
    await bob.getByText("Live updates have ended").waitFor();
    gate.open(Infinity);
    await waitForStatus(await reopen(ada, pathname), "Completed");
    await bob.clock.runFor("05:00");
    assert.deepEqual(asked, [], "nothing is asked again");
    await waitForStatus(bob, "Running");
    await bob.reload();
    await bob.getByRole("link", { name: "Sign in with 127.0.0.1" }).waitFor();
  },
  SETTINGS,
);

async function reopen(page: Page, path: string): Promise<Page> {
  await page.goto(path);
  return page;
}

journey(
  "Sign-in with a provider: says who is not let in, in any width and scheme",
  async (stage) => {
    provider.signInAs({
      sub: "eve",
      email: "eve.with.a.long.name@elsewhere.example.com",
      email_verified: true,
    });
    const page = await stage.open(paths.tasks(), {
      reducedMotion: "reduce",
      allows: [/status of 403/],
    });
    const button = page.getByRole("link", { name: "Sign in with 127.0.0.1" });
    await button.waitFor();
    await inspect(page, "provider-fresh");
    await button.click();
    await page.getByText("may not sign in here").waitFor();
    await inspect(page, "provider-refused");
  },
  SETTINGS,
);

journey("People: readable in any width and scheme", async (stage) => {
  const ada = await signIn(stage, "Ada Example", paths.settings.people(), {
    reducedMotion: "reduce",
  });
  await signIn(stage, "Bob", paths.tasks());
  await signIn(
    stage,
    "A person whose name is so long that no column holds it whole",
    paths.tasks(),
  );
  for (const state of ["listed", "asked"]) {
    await ada.reload();
    if (state === "asked") await ada.getByText("Remove Bob").click();
    await inspect(ada, `people-${state}`);
  }
}, SETTINGS);

/** Looks at a page in every width and scheme. */
async function inspect(page: Page, name: string): Promise<void> {
  for (const width of [360, 1280, 1600]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const what = `${name}-${colorScheme}-${width}`;
      await shot(page, what);
      await assertAccessible(page, what);
    }
  }
}

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { journey, shot } from "./helpers/journey.ts";

const PASSWORD = "correct horse battery staple";
const SETTINGS = { ACCESS_PASSWORD: PASSWORD };

/** What a browser logs of a page that says what is wrong. */
const REFUSED = [/status of 4(01|22)/];

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

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { paths } from "../../routes/paths.ts";
import { startOidcProvider } from "../helpers/oidc_provider.ts";
import { assertAccessible } from "./helpers/axe.ts";
import { journey, shot, type Stage, type View } from "./helpers/journey.ts";

const provider = await startOidcProvider();
Deno.test.afterAll(() => provider.close());

const SETTINGS = {
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: provider.clientId,
  OIDC_CLIENT_SECRET: provider.clientSecret,
  OIDC_ALLOWED: "example.org",
};

/** Goes to a page as somebody who has to sign in first. */
async function signIn(stage: Stage, name: string, path: string, view?: View): Promise<Page> {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`;
  provider.signInAs({ sub: name, name, email, email_verified: true });
  const page = await stage.open(path, view);
  await page.getByRole("link", { name: "Sign in with 127.0.0.1" }).click();
  await page.getByText("Sign out").waitFor();
  assert.equal(new URL(page.url()).pathname, path);
  return page;
}

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
      assert.equal(await ada.getByRole("link", { name: "Settings" }).count(), 0);
    },
    SETTINGS,
  );
}

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
    for (const width of [360, 1280, 1600]) {
      await ada.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"] as const) {
        await ada.emulateMedia({ colorScheme });
        const what = `people-${state}-${colorScheme}-${width}`;
        await shot(ada, what);
        await assertAccessible(ada, what);
      }
    }
  }
}, SETTINGS);

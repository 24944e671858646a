import assert from "node:assert/strict";
import { parseDefinition } from "../executor/definition/check.ts";
import { stepKinds } from "../executor/steps/registry.ts";
import { PERMISSIONS } from "../routes/permissions.ts";

const ROOT = new URL("../", import.meta.url);
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "BENCHMARKS.md",
  "docs/access.md",
  "docs/apps.md",
  "docs/operations.md",
  "docs/sharing.md",
];
/** Read by Deno itself, or set by it. */
const NOT_OURS = ["DENO_DEPLOYMENT_ID", "DENO_KV_ACCESS_TOKEN", "OTEL_DENO"];

for (const path of DOCUMENTS) {
  Deno.test(`${path} names only files and headings that are there`, async () => {
    const text = await read(path);
    const linked = [...text.matchAll(/\]\(([^)\s]+)\)/g)];
    const named = [
      ...text.matchAll(/`((?:bench|docs|executor|routes|static|tests|views)\/[\w./-]*)`/g),
    ];
    if (path === "README.md") assert.ok(linked.length > 0 && named.length > 0);
    for (const [, target = ""] of linked) {
      if (/^https?:/.test(target)) continue;
      const [file = "", anchor = ""] = target.split("#");
      const place = file === "" ? new URL(path, ROOT) : new URL(file, new URL(path, ROOT));
      await Deno.stat(place).catch(() => assert.fail(`${path} links "${target}"`));
      if (anchor === "") continue;
      assert.ok(anchorsOf(await Deno.readTextFile(place)).includes(anchor), target);
    }
    for (const [, file = ""] of named) {
      await Deno.stat(new URL(file, ROOT)).catch(() => assert.fail(`${path} names "${file}"`));
    }
  });
}

for (const path of ["README.md", "docs/apps.md"]) {
  Deno.test(`${path} shows apps that can be saved`, async () => {
    const blocks = [...(await read(path)).matchAll(/```json\n(.*?)```/gs)];
    assert.ok(blocks.length > 0);
    for (const [, json = ""] of blocks) {
      const check = await parseDefinition({ name: "App", ...JSON.parse(json) }, stepKinds);
      assert.deepEqual(check.ok ? [] : check.problems, []);
    }
  });

  Deno.test(`${path} lists every step kind`, async () => {
    const table = tableUnder("kind", await read(path));
    assert.deepEqual(table.flatMap(namesIn).toSorted(), [...stepKinds.keys()].toSorted());
  });
}

Deno.test("README lists every setting, and docs/access.md those of OpenID", async () => {
  const sources = await read("routes/settings.ts") + await read("routes/access/settings.ts");
  const known = [...sources.matchAll(/^ {2}([A-Z][A-Z_]+): (?:z\.|wholeNumber)/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => !NOT_OURS.includes(name));
  const [oidc, others] = [true, false]
    .map((isOidc) => known.filter((name) => name.startsWith("OIDC_") === isOidc));
  const listed = tableUnder("name", await read("README.md")).flatMap(namesIn);
  assert.deepEqual(listed.toSorted(), ["OIDC_…", ...others ?? []].toSorted());
  const access = await read("docs/access.md");
  assert.deepEqual(oidc?.filter((name) => !access.includes(`\`${name}`)), []);
});

Deno.test("README's tables of requests name only routes that are there", async () => {
  const routes = new Set(Object.keys(PERMISSIONS).map(plain));
  const rows = tableUnder("request", await read("README.md"));
  assert.ok(rows.length > 25);
  for (const row of rows) {
    const requests = [...row.matchAll(/`([A-Z]+) (\/[^`]*)`/g)].filter(([all]) =>
      !all.includes("…")
    );
    for (const [, method = "", path = ""] of requests) {
      assert.ok(routes.has(plain(`${method} ${path}`)), `${method} ${path}`);
    }
  }
});

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

/** A route whatever its parameters are called, without its query. */
function plain(route: string): string {
  return route.replace(/\?.*/, "").replace(/:\w+/g, ":");
}

/** What a link may lead to below a page, as sites that show Markdown make it. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)]
    .map(([, heading = ""]) => heading.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-"));
}

/** The rows of all tables whose first column has this heading. */
function tableUnder(heading: string, text: string): string[] {
  const tables = text.matchAll(
    new RegExp(`^\\| ${heading} +\\|.*\\n\\|[ |-]*\\n((?:\\|.*\\n)+)`, "gm"),
  );
  return [...tables].flatMap(([, rows = ""]) => rows.trim().split("\n"));
}

/** The names in a row's first column. */
function namesIn(row: string): string[] {
  const [, first = ""] = row.split("|");
  return [...first.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);
const IMPORT = /^\s*(?:import|export)\s+(type\s)?[^;]*?from\s+"(\.{1,2}\/[^"]+)"/gms;
/** One that is loaded when it is needed. */
const LATE_IMPORT = /()\bimport\(\s*"(\.{1,2}\/[^"]+)"/g;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

Deno.test("executor/ imports neither routes/ nor views/", async () => {
  const outside = (await importsOf("executor")).filter(({ to }) => !to.startsWith("executor/"));
  assert.deepEqual(outside.map(describe), []);
});

Deno.test("views/ imports only types of executor/, and of routes/ only paths.ts", async () => {
  const allowed = ({ to, isType }: Import) =>
    to.startsWith("views/") || to === "routes/paths.ts" || (to.startsWith("executor/") && isType);
  const refused = (await importsOf("views")).filter((each) => !allowed(each));
  assert.deepEqual(refused.map(describe), []);
});

Deno.test("routes/ imports nothing of executor/ but its door", async () => {
  const isDeep = ({ to }: Import) => to.startsWith("executor/") && to !== "executor/mod.ts";
  const deep = (await importsOf("routes")).filter(isDeep);
  assert.deepEqual(deep.filter(({ from }) => from !== "routes/paths.ts").map(describe), []);
});

Deno.test("main.ts alone reads the environment and opens the database", async () => {
  const readers: string[] = [];
  const openers: string[] = [];
  for (const folder of ["executor", "routes", "views"]) {
    for await (const path of sourcesIn(folder)) {
      const text = await Deno.readTextFile(new URL(path, ROOT));
      if (/\bDeno\.env\b/.test(text)) readers.push(path);
      if (/\bopenKv\(/.test(text)) openers.push(path);
    }
  }
  assert.deepEqual(readers, []);
  assert.deepEqual(openers, ["executor/store/open_kv.ts"], "where it says how");
});

Deno.test("views/ asks no clock", async () => {
  const askers: string[] = [];
  for await (const path of sourcesIn("views")) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    if (/\bDate\.now\(\)|\bnew Date\(\)/.test(text)) askers.push(path);
  }
  assert.deepEqual(askers, []);
});

async function importsOf(folder: string): Promise<Import[]> {
  const imports: Import[] = [];
  for await (const path of sourcesIn(folder)) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const [, type, target = ""] of [...text.matchAll(IMPORT), ...text.matchAll(LATE_IMPORT)]) {
      const to = new URL(target, new URL(path, ROOT)).href.slice(ROOT.href.length);
      imports.push({ from: path, to, isType: Boolean(type) });
    }
  }
  assert.ok(imports.length > 0, `no import found in ${folder}/: the pattern is wrong`);
  return imports;
}

async function* sourcesIn(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourcesIn(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

function describe({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

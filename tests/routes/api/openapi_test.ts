import assert from "node:assert/strict";
import { z } from "zod";
import { openApiDocument } from "../../../routes/api/openapi.ts";
import { OPERATIONS } from "../../../routes/api/operations.ts";
import { paths } from "../../../routes/paths.ts";
import { startTestSite } from "../../helpers/http.ts";

const Document = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });

Deno.test("GET /openapi.json is the OpenAPI 3.1 document", async () => {
  await using site = await startTestSite();
  const response = await site.get(paths.openApi());
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Content-Type"), "application/json");
  const document = Document.parse(await response.json());
  assert.match(document.openapi, /^3\.1\./);
  assert.deepEqual(document, JSON.parse(JSON.stringify(openApiDocument())));
});

Deno.test("the document has every route under /api/v1, and no other", async () => {
  await using site = await startTestSite();
  const routes = site.routes.filter(({ path }) => path.startsWith(paths.api.root()))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const told = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual([...new Set(routes)].sort(), told.sort());
});

Deno.test("every reference of the document leads somewhere", () => {
  const text = JSON.stringify(openApiDocument());
  const { components } = openApiDocument();
  const targets = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
  assert.ok(targets.length > 20);
  const known = new Map<string, Readonly<Record<string, unknown>>>(Object.entries(components));
  for (const [, kind = "", name = ""] of targets) {
    assert.ok(known.get(kind)?.[name] !== undefined, `${kind}/${name}`);
  }
  assert.doesNotMatch(text, /\$defs|\$schema/);
});

import assert from "node:assert/strict";
import { z } from "zod";
import { type JsonObject, objectOf } from "../../../routes/api/json_object.ts";
import { openApiDocument } from "../../../routes/api/openapi.ts";
import { OPERATIONS } from "../../../routes/api/operations.ts";
import { paths } from "../../../routes/paths.ts";
import { startTestSite } from "../../helpers/http.ts";

/** The schemas of this format, wherever they stand. */
function schemasWith(format: string, value: unknown): JsonObject[] {
  const schema = objectOf(value);
  const inner = Object.values(schema).flatMap((each) => schemasWith(format, each));
  return schema.format === format ? [schema, ...inner] : inner;
}

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

Deno.test("the document tells no bound and no pattern that says nothing to its reader", () => {
  const text = JSON.stringify(openApiDocument());
  assert.ok(!text.includes(String(Number.MAX_SAFE_INTEGER)), "any whole number will do");
  const { schemas } = openApiDocument().components;
  assert.deepEqual(schemasWith("date-time", schemas).filter((schema) => "pattern" in schema), []);
});

Deno.test("filters of the document may be empty, as a form sends them", () => {
  const { parameters } = objectOf(objectOf(openApiDocument().paths["/api/v1/tasks"]).get);
  const filters = objectOf(parameters);
  assert.ok(Object.keys(filters).length > 3);
  for (const filter of Object.values(filters)) assert.equal(objectOf(filter).allowEmptyValue, true);
});

Deno.test("bodies of the document hold nothing else, answers may grow", () => {
  const { ShareBody, Task } = openApiDocument().components.schemas;
  assert.equal(objectOf(ShareBody).additionalProperties, false);
  assert.equal(objectOf(Task).additionalProperties, undefined);
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

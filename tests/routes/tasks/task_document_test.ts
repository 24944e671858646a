import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { paths } from "../../../routes/paths.ts";
import { escapeExactly } from "../../../views/text/exact.ts";
import { inARow, outputOf, TEXT_INPUT } from "../../helpers/definitions.ts";
import { startTestSite } from "../../helpers/http.ts";

const HOSTILE = `<script>alert(1)</script><img src=x onerror=y> "&' </style>`;

Deno.test("GET /tasks/:id.html is one file that loads nothing and runs nothing", async () => {
  await using site = await startTestSite();
  const app = await site.add({
    name: HOSTILE,
    description: HOSTILE,
    inputs: [TEXT_INPUT],
    steps: inARow("a", "b"),
    outputs: [outputOf("a", "markdown"), outputOf("b", "json")],
  });
  const taskId = await site.start(app.id, { text: HOSTILE });
  (await site.gates.next("a")).done(
    `# Title\n\n![picture](http://example.org/x.png)\n\n${HOSTILE}`,
  );
  (await site.gates.next("b")).done({ [HOSTILE]: HOSTILE });
  await site.ended(taskId);
  const response = await site.get(paths.taskAs(taskId, "html"));
  assert.equal(response.status, 200);
  assert.match(response.headers.get("Content-Type") ?? "", /^text\/html/);
  assert.equal(response.headers.get("Cache-Control"), "no-store");
  const html = await response.text();
  assert.doesNotMatch(html, /<(script|img|link|iframe|form|object|base)\b/i);
  assert.doesNotMatch(html, /\s(on\w+|src|srcset|style)=["']/i, "outside of text");
  assert.doesNotMatch(html, /url\(|@import/);
  assert.match(html, /<h3 class="t1">Title<\/h3>|<h3[^>]*>Title/);
  const style = /<style>([^]*?)<\/style>/.exec(html)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'`;
  const told = response.headers.get("Content-Security-Policy") ?? "";
  assert.equal(told, `${policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
  assert.ok(html.replaceAll("&#39;", "'").includes(`content="${policy}`));
});

Deno.test("GET /tasks/:id.html shows a task in any status, and 404 for none", async () => {
  await using site = await startTestSite();
  const app = await site.add();
  const taskId = await site.start(app.id);
  const run = await site.gates.next();
  const read = async () => await (await site.get(paths.taskAs(taskId, "html"))).text();
  assert.match(await read(), /Running/);
  run.fail();
  await site.ended(taskId);
  const { error } = await site.read(taskId);
  const html = await read();
  assert.match(html, /<h2>Failed<\/h2>/);
  assert.ok(error !== undefined && html.includes(escapeExactly(error.message)));
  assert.equal((await site.get("/tasks/tsk_x.html")).status, 404);
});

Deno.test("every other page keeps its policy", async () => {
  await using site = await startTestSite();
  const policy = (await site.get(paths.tasks())).headers.get("Content-Security-Policy");
  assert.match(policy ?? "", /^default-src 'self'/);
  assert.doesNotMatch(policy ?? "", /sha256|unsafe/);
});

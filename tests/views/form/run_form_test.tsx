import assert from "node:assert/strict";
import { InputDefinition } from "../../../executor/definition/schema.ts";
import { RunForm, type RunFormProps, variantOfSource } from "../../../views/form/run_form.tsx";
import { count, HOSTILE, htmlOf, inputs } from "../samples.ts";

function render(changes: Partial<RunFormProps> = {}): string {
  return htmlOf(
    <RunForm
      app={{ id: "app_1", name: "Echo", version: 3 }}
      inputs={inputs}
      values={{}}
      errors={{}}
      message={null}
      variant="run"
      {...changes}
    />,
  );
}

Deno.test("RunForm is a plain form that posts to the app's tasks", () => {
  const html = render();
  assert.match(html, /<form class="form" method="post" action="\/apps\/app_1\/tasks"/);
  for (const { name } of inputs) assert.equal(count(html, ` name="${name}"`), 1, name);
  assert.match(html, /<button class="button button--primary" type="submit">/);
  assert.doesNotMatch(html, /novalidate|autofocus|aria-invalid|maxlength/);
});

Deno.test("RunForm ties every label, error and help to its field", () => {
  const html = render({ errors: { title: "It is too long" } });
  for (const { name } of inputs) {
    assert.equal(count(html, `<label for="field-${name}">`), 1, name);
    assert.equal(count(html, `id="field-${name}"`), 1, name);
  }
  assert.match(html, /aria-describedby="field-title-error field-title-help"/);
  assert.match(html, /id="field-title-error"[^]*<span>It is too long<\/span>/);
  assert.match(html, /id="field-title-help">Any words. At most 3,000 characters.</);
  assert.equal(count(html, `<span class="required">required</span>`), 2);
});

Deno.test("RunForm keeps what was typed, also what is no number and no option", () => {
  const html = render({
    values: { brief: "\nfirst", words: "many", readers: "Robots", source: "x", check: true },
  });
  assert.match(html, /<textarea[^>]*name="brief"[^>]* dir="auto"[^>]*>\n\nfirst<\/textarea>/);
  assert.match(html, /<input[^>]*name="words"[^>]*type="text"[^>]*value="many"/);
  assert.match(html, /<option value="Robots" selected>Robots<\/option>/);
  assert.match(html, /<input[^>]*name="check"[^>]*type="checkbox" checked/);
});

Deno.test("RunForm lets an optional select be empty and a chosen required one not", () => {
  const select = (required: boolean, value: string) =>
    render({
      inputs: [InputDefinition.parse({
        name: "who",
        label: "Who",
        type: "select",
        options: ["A  B", "C"],
        required,
      })],
      values: { who: value },
    });
  assert.match(select(false, "C"), /<option value="">None<\/option>/);
  assert.match(select(true, ""), /<option value="" selected>Choose one<\/option>/);
  assert.doesNotMatch(select(true, "C"), /<option value=""/);
  assert.match(select(true, "C"), /<option value="A {2}B">/);
});

Deno.test("RunForm puts the cursor into the first wrong field in the order of the form", () => {
  const html = render({ errors: { title: "No", words: "No" } });
  assert.equal(count(html, "autofocus"), 1);
  assert.match(html, /<input[^>]*name="words"[^>]*autofocus/);
  assert.equal(count(html, `aria-invalid="true"`), 2);
});

Deno.test("RunForm says above the form what has no field of its own", () => {
  assert.match(render(), /data-form-alert="true" hidden/);
  const html = render({
    message: "The inputs are too long",
    errors: { gone: "It is not declared" },
  });
  assert.match(html, /<span>The inputs are too long. It is not declared<\/span>/);
  assert.doesNotMatch(html, / hidden>/);
});

Deno.test("RunForm names its variant and recognises it by the request's source", () => {
  assert.match(render({ variant: "run" }), /<div id="run-form"[^]*Run<\/button>/);
  assert.match(render({ variant: "run-again" }), /<div id="run-again-form"[^]*Run again<\/button>/);
  assert.equal(variantOfSource("div#run-again-form"), "run-again");
  assert.equal(variantOfSource("div#run-form"), "run");
  assert.equal(variantOfSource(undefined), "run");
});

Deno.test("RunForm offers the key that runs it, by the fields it has", () => {
  const only = (type: string) => render({ inputs: inputs.filter((input) => input.type === type) });
  assert.match(only("multiline"), /hint--script">or press <kbd>Ctrl<\/kbd> <kbd>Enter<\/kbd>/);
  assert.match(only("text"), /hint">or press <kbd>Enter<\/kbd>/);
  assert.doesNotMatch(only("checkbox"), /or press/);
});

Deno.test("RunForm keeps htmx away from the form, whose fields may hide its properties", () => {
  const names = ["action", "method", "submit", "id", "elements", "matches", "closest"];
  const html = render({
    inputs: [...names, "constructor"].map((name) =>
      InputDefinition.parse({ name, label: name, type: "text" })
    ),
  });
  const form = html.match(/<form [^>]*>/)?.[0] ?? "";
  assert.doesNotMatch(form, / (hx-|id=|name=)/);
  assert.match(html, /^<div[^>]* hx-post="\/apps\/app_1\/tasks" hx-trigger="submit prevent"/);
  assert.match(html, /^<div[^>]* hx-morph-skip=""/);
  for (const name of names) assert.match(html, new RegExp(`id="field-${name}" name="${name}"`));
  assert.doesNotMatch(html, /native code|aria-invalid/);
});

Deno.test("RunForm shows hostile text as text in every place", () => {
  const html = render({
    inputs: inputs.map((input) => ({
      ...input,
      label: HOSTILE,
      help: HOSTILE,
      ...(input.type === "select" ? { options: [HOSTILE] } : {}),
    })),
    values: Object.fromEntries(inputs.map(({ name }) => [name, HOSTILE])),
    errors: Object.fromEntries(inputs.map(({ name }) => [name, HOSTILE])),
    message: HOSTILE,
  });
  assert.doesNotMatch(html, /<script|<hx-|"'>/);
  assert.ok(count(html, "&lt;script&gt;alert(1)&lt;/script&gt;") >= 4 * inputs.length);
  assert.match(html, /<textarea[^>]*>\n&quot;&#39;&gt;&lt;script/);
});

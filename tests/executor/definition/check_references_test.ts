import assert from "node:assert/strict";
import { parseDefinition } from "../../../executor/definition/check.ts";
import { stepKinds } from "../../../executor/steps/registry.ts";
import { messagesOf, problemsOf, small, step, topic } from "./problems.ts";

Deno.test("parseDefinition refuses references to what is missing", async () => {
  const problems = await problemsOf({
    name: "App",
    inputs: [topic],
    steps: [
      step("research", "{{ inputs.topc }}"),
      step("draft", "{{ steps.reserch.output }}"),
      step("check", "one\n{{ steps.nothing_like_it.output }} {{ inputs.zzz }}"),
    ],
    outputs: [{ name: "out", label: "Out", type: "text", template: "{{ steps.drafd.output }}" }],
  });
  assert.deepEqual(problems, [
    [
      "steps.0.config.text",
      'Step "research", config "text": there is no input "topc". Did you mean "topic"?',
    ],
    [
      "steps.1.config.text",
      'Step "draft", config "text": there is no step "reserch". Did you mean "research"?',
    ],
    [
      "steps.2.config.text",
      'Step "check", config "text": line 2: there is no input "zzz". Inputs are "topic"',
    ],
    [
      "steps.2.config.text",
      'Step "check", config "text": line 2: there is no step "nothing_like_it". ' +
      'Steps are "research", "draft", "check"',
    ],
    [
      "outputs.0.template",
      'Output "out", "template": there is no step "drafd". Did you mean "draft"?',
    ],
  ]);
});

Deno.test("parseDefinition judges no reference by a name that it cannot read", async () => {
  const refers = [step("a", "{{ inputs.topic }} {{ steps.b.output }}")];
  const cases: [unknown, string[]][] = [
    [{ name: "App", inputs: "topic", steps: refers }, [
      '"inputs" has to be a list, not "topic"',
      'Step "a", config "text": there is no step "b"',
    ]],
    [{ name: "App", inputs: [{ label: "Topic", type: "text" }], steps: refers }, [
      'Input 1, "name" is missing: it has to be a text',
      'Step "a", config "text": there is no step "b"',
    ]],
    [{ name: "App", inputs: [topic], steps: [...refers, 7, {}] }, [
      "Step 2 has to be an object, not 7",
      'Step 3, "id" is missing: it has to be a text',
      'Step 3, "name" is missing: it has to be a text',
      'Step 3, "kind" is missing: it has to be a text',
    ]],
  ];
  for (const [definition, messages] of cases) {
    const short = (await messagesOf(definition)).map((text) => text.replace(/\. Steps are .*/, ""));
    assert.deepEqual(short, messages);
  }
});

Deno.test("parseDefinition refuses steps that need themselves, or each other in a circle", async () => {
  assert.deepEqual(
    await messagesOf({
      name: "App",
      steps: [step("a", "{{ steps.a.output }}"), step("b", "x", { needs: ["b", "zz"] })],
    }),
    [
      'Step "a", config "text": a step cannot use its own result',
      'Step "b", "needs", entry 1: a step cannot wait for itself',
      'Step "b", "needs", entry 2: there is no step "zz". Steps are "a", "b"',
    ],
  );
  assert.deepEqual(
    await messagesOf({
      name: "App",
      steps: [
        step("start", "x"),
        step("a", "{{ steps.b.output }}"),
        step("b", "{{ steps.c.output }}"),
        step("c", "x", { needs: ["start", "a"] }),
      ],
    }),
    ['Step "a": steps need each other in a circle: "a" → "b" → "c" → "a"'],
  );
});

Deno.test("parseDefinition takes conditions, what they refer to, and the limits of a task", async () => {
  const check = await parseDefinition({
    name: "App",
    timeout: 60,
    budget: 5_000,
    concurrency: 2,
    inputs: [topic],
    steps: [
      step("a", "x", { onError: "continue" }),
      step("b", "x", { when: ' inputs.topic == "rain" and steps.a.output.score > 3 ' }),
    ],
  }, stepKinds);
  assert.ok(check.ok);
  const { definition, plan } = check;
  assert.deepEqual([definition.timeout, definition.budget, definition.concurrency], [60, 5_000, 2]);
  assert.deepEqual(definition.steps.map(({ onError }) => onError), ["continue", "fail"]);
  assert.deepEqual(plan.needs.get("b"), ["a"]);
  assert.deepEqual([...plan.conditions], [
    ["b", 'inputs.topic == "rain" and steps.a.output.score > 3'],
  ]);
});

Deno.test("parseDefinition refuses conditions and limits that cannot be", async () => {
  assert.deepEqual(
    await messagesOf({
      name: "App",
      steps: [
        step("a", "x", { when: 'inputs.topc == "rain"' }),
        step("b", "x", { when: "steps.b.output" }),
        step("c", "x", { when: 'inputs.topic = "rain"' }),
        step("d", "x", { when: "steps.e.output == 1" }),
        step("e", "x", { when: "steps.zz.error" }),
      ],
      inputs: [topic],
    }),
    [
      'Step "a", "when": there is no input "topc". Did you mean "topic"?',
      'Step "b", "when": a step cannot use its own result',
      'Step "c", "when": compare with "==", not "="',
      'Step "e", "when": there is no step "zz". Steps are "a", "b", "c", "d", "e"',
    ],
  );
  assert.deepEqual(
    await messagesOf({ ...small, timeout: 0, budget: 1.5, concurrency: 1_001 }),
    [
      '"timeout" has to be at least 1, not 0',
      '"budget" has to be a whole number, not 1.5',
      '"concurrency" has to be at most 1000, not 1001',
    ],
  );
});

Deno.test("parseDefinition takes names that objects have by themselves", async () => {
  const names = ["constructor", "valueof", "size", "first"];
  const check = await parseDefinition({
    name: "App",
    inputs: names.map((name) => ({ ...topic, name })),
    steps: names.map((id) => step(id, `{{ inputs.${id} }}`)),
  }, stepKinds);
  assert.ok(check.ok);
  const [message] = await messagesOf({ ...small, steps: [step("a", "{{ inputs.constructor }}")] });
  assert.equal(message, 'Step "a", config "text": there is no input "constructor"');
});

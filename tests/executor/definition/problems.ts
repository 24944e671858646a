import assert from "node:assert/strict";
import { parseDefinition } from "../../../executor/definition/check.ts";
import type { Json } from "../../../executor/definition/schema.ts";
import { stepKinds } from "../../../executor/steps/registry.ts";

export function step(id: string, text: string, more: Record<string, Json> = {}) {
  return { id, name: id, kind: "template", config: { text }, ...more };
}

export const small = { name: "App", steps: [step("a", "x")] };
export const topic = { name: "topic", label: "Topic", type: "text" };

export async function problemsOf(definition: unknown): Promise<[string, string][]> {
  const check = await parseDefinition(definition, stepKinds);
  assert.ok(!check.ok, "it was taken for right");
  return check.problems.map(({ path, message }) => [path.join("."), message]);
}

export async function messagesOf(definition: unknown): Promise<string[]> {
  return (await problemsOf(definition)).map(([, message]) => message);
}

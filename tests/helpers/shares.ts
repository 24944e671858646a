import assert from "node:assert/strict";
import type { ShownPart } from "../../executor/mod.ts";
import { paths } from "../../routes/paths.ts";
import { NewShare } from "../../routes/api/schemas/answers.ts";
import { answerOf } from "./api_answers.ts";
import type { TestSite } from "./http.ts";

/** Every choice there is of what a link shows. */
export const EVERY_CHOICE: readonly (readonly ShownPart[])[] = [
  [],
  ["outputs"],
  ["steps"],
  ["inputs"],
  ["outputs", "steps"],
  ["outputs", "inputs"],
  ["steps", "inputs"],
  ["outputs", "steps", "inputs"],
];

/** Shares a task for an hour, as a program does. */
export async function share(site: TestSite, taskId: string, show: readonly ShownPart[]) {
  const body = { expiresInSeconds: 3_600, show };
  const made = await answerOf(
    await site.postJson(paths.api.taskShares(taskId), body),
    201,
    NewShare,
  );
  assert.ok(made.url.endsWith(paths.shared(made.token)));
  return made;
}

export async function revoke(site: TestSite, id: string): Promise<void> {
  const { status } = await site.request(paths.api.share(id), { method: "DELETE" });
  assert.equal(status, 204);
}

import assert from "node:assert/strict";
import { paths } from "../../routes/paths.ts";
import type { TestSite } from "./http.ts";
import { SseReader } from "./sse.ts";
import { frame } from "./tab.ts";

/** What each stream of {@link followAll} tells where the right to read it is taken away. */
export const TAKEN_AWAY = [["task"], ["gone", "done"], ["gone", "done"]];

/**
 * Opens the three streams there are, and reads the first messages: then the names of all that each
 * tells until its end. What only brings a page up to date has none.
 */
export async function followAll(
  site: TestSite,
  taskId: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly told: Promise<string[][]> }> {
  const urls = [paths.api.taskEvents(taskId), paths.taskEvents(taskId), paths.taskListEvents()];
  const answers = await Promise.all(urls.map((url) => site.get(url, headers)));
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
  const told = Promise.all(answers.map(async (answer) => {
    const messages = await new SseReader(answer).rest();
    return messages.map(({ event }) => event).filter((event) => event !== null);
  }));
  await frame(site); // where others follow already, the first message is part of the next frame
  return { told };
}

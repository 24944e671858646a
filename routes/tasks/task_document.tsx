import type { Context } from "hono";
import { TaskDocument } from "../../views/task_document/task_document.tsx";
import type { Deps } from "../deps.ts";
import { readTaskJson } from "./one_task.ts";
import { setPolicy } from "../policy.ts";

const STATIC = new URL("../../static/", import.meta.url);
const SHEETS = ["css/reset", "css/tokens", "css/base", "css/prose", "css/code", "document"];
const LAYERS = "@layer reset, tokens, base, layout, components, utilities;\n";

/** How a document looks, and the policy that lets it look so and load nothing. */
interface Look {
  readonly css: string;
  readonly policy: string;
}

/** Answers with a task as one HTML file that is whole without a server. */
export function createDocuments(deps: Deps): (c: Context, taskId: string) => Promise<Response> {
  let look: Promise<Look> | undefined;
  return async function answerDocument(c, taskId) {
    const task = await readTaskJson(deps, taskId);
    const { css, policy } = await (look ??= readLook());
    const hasMarkdown = task.outputs.some(({ type }) => type === "markdown");
    const renderMarkdown = hasMarkdown ? await deps.loadMarkdown() : null;
    setPolicy(c, `${policy}; frame-ancestors 'none'`);
    return c.html(
      <TaskDocument task={task} look={{ css, policy }} renderMarkdown={renderMarkdown} />,
    );
  };
}

async function readLook(): Promise<Look> {
  const texts = await Promise.all(
    SHEETS.map((name) => Deno.readTextFile(new URL(`${name}.css`, STATIC))),
  );
  const css = LAYERS + texts.join("");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(css));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  const policy =
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return { css, policy };
}

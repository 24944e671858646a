import type { Context } from "hono";
import { isTaskId, type OutputJson } from "../../executor/mod.ts";
import type { Deps } from "../deps.ts";
import { MissingError } from "../errors.tsx";

/** Outputs as files: what they are called, and what browsers and programs are told they are. */
export const OUTPUT_FORMS = {
  markdown: { mediaType: "text/markdown; charset=utf-8", extension: "md" },
  text: { mediaType: "text/plain; charset=utf-8", extension: "txt" },
  json: { mediaType: "application/json", extension: "json" },
} as const;

interface WholeOutput {
  readonly type: keyof typeof OUTPUT_FORMS;
  readonly text: string;
}

/** One output as it is; `?download` makes it a file. */
export async function answerOutput(
  c: Context,
  { executor }: Deps,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<Response> {
  const output = isTaskId(id) ? await executor.tasks.readOutput(id, name) : null;
  if (output === null) throw new MissingError({ what: "output", name, taskId: id });
  return sendOutput(c, name, output);
}

/** An output under this name. */
export function sendOutput(c: Context, name: string, output: WholeOutput): Response {
  const { mediaType, extension } = OUTPUT_FORMS[output.type];
  c.header("Content-Type", mediaType);
  c.header("Cache-Control", "no-store");
  if (c.req.query("download") !== undefined) {
    c.header("Content-Disposition", `attachment; filename="${name}.${extension}"`);
  }
  return c.body(output.text);
}

/** One output as it is; several under their labels. */
export function outputsText(outputs: readonly OutputJson[], form: "md" | "txt"): string {
  const texts = outputs.map(({ value }) =>
    typeof value === "string" ? value : JSON.stringify(value, null, 2)
  );
  if (texts.length <= 1) return texts.join("");
  return outputs.map(({ label, type }, i) => {
    const text = texts[i] ?? "";
    if (form === "txt") return `${label}\n\n${text}\n`;
    return `# ${label}\n\n${type === "json" ? `\`\`\`json\n${text}\n\`\`\`` : text}\n`;
  }).join("\n");
}

import type { Context } from "hono";
import { answerFile, fileOf, hashOf, type StaticFile, withoutIndents } from "../packed_file.ts";
import { setHeaders } from "../policy.ts";

const FOLDER = new URL("../../static/embed/", import.meta.url);

/** What the script is made of; each imports only such as stand before it. */
const MODULES = [
  "requests.js",
  "morph.js",
  "follow.js",
  "element.js",
  "task_element.js",
  "app_element.js",
  "frames.js",
  "embed.js",
];

/** Other sites link to these addresses for years: a change has to reach their visitors soon. */
const KEPT = "public, max-age=300";
const FOR_ALL_SITES = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
} as const;

interface EmbedFile extends StaticFile {
  readonly etag: string;
}

type Name = "script" | "stylesheet" | "page";

/** Answers with one of the files. */
export type EmbedFileAnswers = (c: Context, name: Name) => Promise<Response>;

/** What pages of other sites load, and pages in iframes. */
export function createFileAnswers(): EmbedFileAnswers {
  let files: Promise<Record<Name, EmbedFile>> | undefined;
  return async function answerEmbedFile(c, name) {
    const file = (await (files ??= readFiles()))[name];
    setHeaders(c, FOR_ALL_SITES);
    c.header("ETag", file.etag);
    if (c.req.header("If-None-Match")?.includes(file.etag) !== true) {
      return await answerFile(c, file, KEPT);
    }
    c.header("Cache-Control", KEPT);
    c.header("Vary", "Accept-Encoding");
    return c.body(null, 304);
  };
}

async function readFiles(): Promise<Record<Name, EmbedFile>> {
  const stylesheet = await read("embed.css");
  return {
    script: await embedFile("javascript", await joinModules(stylesheet)),
    stylesheet: await embedFile("css", stylesheet),
    page: await embedFile("css", await read("page.css") + stylesheet),
  };
}

/** One script that pages load as it is; twice on a page does no harm. */
async function joinModules(stylesheet: string): Promise<string> {
  const texts = await Promise.all(MODULES.map(read));
  const modules = texts.map((text) =>
    text.replace(/^import [^;]*;$/gm, "").replace(/^export /gm, "")
  );
  const script = modules.join("").replace("STYLES", () => JSON.stringify(stylesheet));
  return `(() => {\nif (customElements.get("callboard-task")) return;\n${script}})();\n`;
}

async function read(name: string): Promise<string> {
  return withoutIndents(await Deno.readTextFile(new URL(name, FOLDER)));
}

async function embedFile(kind: "css" | "javascript", text: string): Promise<EmbedFile> {
  return { ...fileOf(kind, () => text), etag: `W/"${await hashOf([text])}"` };
}

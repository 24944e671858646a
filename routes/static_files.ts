import { Hono } from "hono";
import sseText from "htmx.org/dist/ext/hx-sse.min.js" with { type: "text" };
import htmxText from "htmx.org/dist/htmx.min.js" with { type: "text" };
import type { Assets } from "../views/page_context.ts";
import {
  answerFile,
  fileOf,
  type Source,
  type StaticFile,
  versionOf,
  withoutIndents,
} from "./packed_file.ts";
import { paths } from "./paths.ts";

const CSS_FOLDER = new URL("../static/css/", import.meta.url);
const JS_FOLDER = new URL("../static/js/", import.meta.url);
const STATIC_FOLDER = new URL("../static/", import.meta.url);

const KEPT_FOR_EVER = "public, max-age=31536000, immutable";

/** What browsers load beside pages, and where. */
export interface StaticFiles {
  /** URLs that change with the content. */
  readonly assets: Assets;
  /** Answers `GET /static/:version/:name`. */
  readonly router: Hono;
}

/**
 * Reads the static files, for their version, and puts each together when it is first asked for: one
 * stylesheet of every page and one of side pages, one script of our own, one of htmx with its stream
 * extension. There is no build step.
 */
export async function loadAssets(): Promise<StaticFiles> {
  const sources: Readonly<Record<string, Source>> = {
    "callboard.css": stylesOf("index.css"),
    "side.css": stylesOf("side.css"),
    "callboard.js": ownModules(),
    "htmx.js": {
      kind: "javascript",
      texts: [htmxText, sseText],
      join: (texts) => texts.join(";\n"),
    },
    "dialog.js": {
      kind: "javascript",
      texts: [read("dialog.js", STATIC_FOLDER)],
      join: (texts) => texts.map(withoutIndents).join(""),
    },
  };
  const files = new Map<string, StaticFile>(
    Object.entries(sources).map(([name, { kind, texts, join }]) => {
      return [name, fileOf(kind, () => join(texts))];
    }),
  );
  const version = await versionOf(Object.values(sources));
  const url = (name: string) => paths.static(version, name);
  return {
    assets: {
      stylesheet: url("callboard.css"),
      sideStylesheet: url("side.css"),
      // Ours first: it listens for what htmx does as soon as it is there.
      scripts: [{ src: url("callboard.js"), module: true }, { src: url("htmx.js"), module: false }],
      dialogScript: url("dialog.js"),
    },
    router: new Hono().get("/static/:version/:name", (c) => {
      const { version: wanted, name } = c.req.param();
      const file = wanted === version ? files.get(name) : undefined;
      return file === undefined ? c.notFound() : answerFile(c, file, KEPT_FOR_EVER);
    }),
  };
}

/** The stylesheets in the order that an index imports them, below what it says itself. */
function stylesOf(indexName: string): Source {
  const index = read(indexName, CSS_FOLDER);
  const names = [...index.matchAll(/@import url\("([\w.]+)"\);/g)].map(([, name = ""]) => name);
  return {
    kind: "css",
    texts: [index.replace(/@import[^;]*;\s*/g, ""), ...names.map((name) => read(name, CSS_FOLDER))],
    join: (texts) => texts.map(withoutIndents).join("").replace(/(?<=[{};,])\n/g, ""),
  };
}

/** The modules one after another, each in a scope of its own; they import nothing. */
function ownModules(): Source {
  const names = [...Deno.readDirSync(JS_FOLDER)].map(({ name }) => name)
    .filter((name) => name.endsWith(".js")).sort();
  return {
    kind: "javascript",
    texts: names.map((name) => read(name, JS_FOLDER)),
    join: (texts) => texts.map((text) => `{\n${withoutIndents(text)}}\n`).join(""),
  };
}

/** Nothing is served yet, and many small files are read faster one after another. */
function read(name: string, folder: URL): string {
  return Deno.readTextFileSync(new URL(name, folder));
}

import { type Context, Hono } from "hono";
import sseText from "htmx.org/dist/ext/hx-sse.min.js" with { type: "text" };
import htmxText from "htmx.org/dist/htmx.min.js" with { type: "text" };
import type { Assets } from "../views/page_context.ts";
import { paths } from "./paths.ts";

const CSS_FOLDER = new URL("../static/css/", import.meta.url);
const JS_FOLDER = new URL("../static/js/", import.meta.url);

/** What browsers load beside pages, and where. */
export interface StaticFiles {
  /** URLs that change with the content. */
  readonly assets: Assets;
  /** Answers `GET /static/:version/:name`. */
  readonly router: Hono;
}

/**
 * Puts the static files together: one stylesheet, one script of our own, one of htmx with its
 * stream extension. It is done once, at start; there is no build step.
 */
export async function loadAssets(): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>([
    ["callboard.css", fileOf("css", joinStyles())],
    ["callboard.js", fileOf("javascript", joinModules())],
    ["htmx.js", fileOf("javascript", `${htmxText};\n${sseText}`)],
  ]);
  const version = await hashOf([...files.values()].map(({ text }) => text));
  const url = (name: string) => paths.static(version, name);
  return {
    assets: {
      stylesheet: url("callboard.css"),
      // Ours first: it listens for what htmx does as soon as it is there.
      scripts: [{ src: url("callboard.js"), module: true }, { src: url("htmx.js"), module: false }],
    },
    router: new Hono().get("/static/:version/:name", (c) => {
      const { version: wanted, name } = c.req.param();
      return answer(c, wanted === version ? files.get(name) : undefined);
    }),
  };
}

interface StaticFile {
  readonly type: string;
  readonly text: string;
  /** By encoding; made when it is first asked for. */
  readonly packed: Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>;
}

/** In the order of preference. */
const ENCODINGS = ["br", "gzip"] as const;
type Encoding = typeof ENCODINGS[number];

function fileOf(kind: "css" | "javascript", text: string): StaticFile {
  return { type: `text/${kind}; charset=utf-8`, text, packed: new Map() };
}

async function answer(c: Context, file: StaticFile | undefined): Promise<Response> {
  if (file === undefined) return c.notFound();
  c.header("Content-Type", file.type);
  c.header("Cache-Control", "public, max-age=31536000, immutable");
  c.header("Vary", "Accept-Encoding");
  c.header("X-Content-Type-Options", "nosniff");
  const accepted = c.req.header("Accept-Encoding") ?? "";
  const encoding = ENCODINGS.find((name) => new RegExp(`\\b${name}\\b`).test(accepted));
  if (encoding === undefined) return c.body(file.text);
  c.header("Content-Encoding", encoding);
  return c.body(await packed(file, encoding));
}

function packed(file: StaticFile, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const known = file.packed.get(encoding);
  if (known !== undefined) return known;
  const made = pack(file.text, encoding);
  file.packed.set(encoding, made);
  return made;
}

/** Once for each file, at the best level: off this thread, and loaded when it is first needed. */
async function pack(text: string, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const [zlib, { promisify }] = await Promise.all([import("node:zlib"), import("node:util")]);
  const compress = promisify(encoding === "br" ? zlib.brotliCompress : zlib.gzip);
  return new Uint8Array(await compress(text));
}

/** The stylesheets in the order that `index.css` imports them, below what it says itself. */
function joinStyles(): string {
  const index = read("index.css", CSS_FOLDER);
  const names = [...index.matchAll(/@import url\("([\w.]+)"\);/g)].map(([, name = ""]) => name);
  const texts = names.map((name) => read(name, CSS_FOLDER));
  return [index.replace(/@import[^;]*;\s*/g, ""), ...texts].map(withoutIndents).join("\n");
}

/** The modules one after another, each in a scope of its own; they import nothing. */
function joinModules(): string {
  const names = [...Deno.readDirSync(JS_FOLDER)].map(({ name }) => name)
    .filter((name) => name.endsWith(".js")).sort();
  return names.map((name) => `{\n${withoutIndents(read(name, JS_FOLDER))}}\n`).join("");
}

/** Nothing is served yet, and many small files are read faster one after another. */
function read(name: string, folder: URL): string {
  return Deno.readTextFileSync(new URL(name, folder));
}

/** Indents and comments weigh something, also when compressed. No module has a text over lines. */
function withoutIndents(text: string): string {
  return text
    .replace(/^\/\*[^]*?\*\//, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("//") && !/^\/\*.*\*\/$/.test(line))
    .join("\n") + "\n";
}

async function hashOf(texts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(texts.join("\0"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

import type { Context } from "hono";
import { weightOf } from "./request/accept.ts";

/** A file that is made once, as browsers get it. */
export interface StaticFile {
  readonly type: string;
  readonly text: () => string;
  /** By encoding; made when it is first asked for. */
  readonly packed: Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>;
}

/** What a file is made of, as it was read, and how. */
export interface Source {
  readonly kind: "css" | "javascript";
  readonly texts: readonly string[];
  readonly join: (texts: readonly string[]) => string;
}

/** In the order of preference. */
const ENCODINGS = ["br", "gzip"] as const;
type Encoding = typeof ENCODINGS[number];

/** A file whose text is made when it is first asked for. */
export function fileOf(kind: "css" | "javascript", makeText: () => string): StaticFile {
  let text: string | undefined;
  return {
    type: `text/${kind}; charset=utf-8`,
    text: () => text ??= makeText(),
    packed: new Map(),
  };
}

/** The file, packed as the browser reads it. */
export async function answerFile(
  c: Context,
  file: StaticFile,
  cacheControl: string,
): Promise<Response> {
  c.header("Content-Type", file.type);
  c.header("Cache-Control", cacheControl);
  c.header("Vary", "Accept-Encoding");
  const accepted = c.req.header("Accept-Encoding") ?? "";
  const encoding = ENCODINGS.find((name) => weightOf(accepted, name) > 0);
  if (encoding === undefined) return c.body(file.text());
  c.header("Content-Encoding", encoding);
  return c.body(await packed(file, encoding));
}

function packed(file: StaticFile, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const known = file.packed.get(encoding);
  if (known !== undefined) return known;
  const made = pack(file.text(), encoding);
  file.packed.set(encoding, made);
  return made;
}

/** Once for each file, at the best level: off this thread, and loaded when it is first needed. */
async function pack(text: string, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const [zlib, { promisify }] = await Promise.all([import("node:zlib"), import("node:util")]);
  const compress = promisify(encoding === "br" ? zlib.brotliCompress : zlib.gzip);
  return new Uint8Array(await compress(text));
}

/** Indents and comments weigh something, also when compressed. No module has a text over lines. */
export function withoutIndents(text: string): string {
  return text
    .replace(/^\/\*[^]*?\*\//, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("//") && !/^\/\*.*\*\/$/.test(line))
    .join("\n") + "\n";
}

/** Names what is served of these, which is put together later: the texts, and what does that. */
export function versionOf(sources: readonly Source[]): Promise<string> {
  const texts = sources.flatMap(({ texts, join }) => [...texts, String(join)]);
  return hashOf([...texts, String(withoutIndents)]);
}

/** Names what these texts hold, in 16 characters. */
export async function hashOf(texts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(texts.join("\0"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

import type { Excerpt } from "../task.ts";
import { keys } from "./keys.ts";
import type { Kv } from "./kv.ts";
import type { Body } from "./records.ts";

/** Up to this many bytes stay in the record that names them. */
export const MAX_INLINE_BYTES = 16_000;
/** A value in Deno KV holds at most 65,536 bytes; this leaves room for its envelope. */
export const PART_BYTES = 60_000;
/** Keys one `getMany` takes. */
const KEYS_A_READ = 10;
/** Parts one commit takes, within Deno KV's 800 KiB. */
const PARTS_A_COMMIT = 10;
const MAX_COMMIT_TRIES = 3;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function encodeText(text: string) {
  return encoder.encode(text);
}

export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A body ready to be named by a record, and how many bytes it adds to that record. */
export interface PreparedBody {
  readonly body: Body;
  readonly size: number;
}

/** Whether a text is too long for the record that names it. */
export function takesParts(text: string): boolean {
  if (text.length > MAX_INLINE_BYTES) return true;
  return text.length * 3 > MAX_INLINE_BYTES && encodeText(text).length > MAX_INLINE_BYTES;
}

/**
 * Makes a body of a text. Long ones are written as parts at once, under `set`, a name nobody used
 * before: a writer that lost its lease overwrites nothing.
 */
export async function writeBody(
  kv: Pick<Kv, "atomic">,
  text: string,
  taskId: string,
  set: string,
): Promise<PreparedBody> {
  const bytes = encodeText(text);
  const characters = text.length;
  if (bytes.length <= MAX_INLINE_BYTES) {
    return { body: { place: "inline", bytes, characters }, size: bytes.length + 100 };
  }
  const count = Math.ceil(bytes.length / PART_BYTES);
  for (let first = 0; first < count; first += PARTS_A_COMMIT) {
    const end = Math.min(count, first + PARTS_A_COMMIT);
    await setUnnamed(
      kv,
      Array.from({ length: end - first }, (_, i) => ({
        key: keys.part(taskId, set, first + i),
        value: bytes.slice((first + i) * PART_BYTES, (first + i + 1) * PART_BYTES),
      })),
    );
  }
  return { body: { place: "parts", set, count, characters }, size: 200 };
}

/** A copy of a body for another task, its parts under `set`; they pass a few at a time. */
export async function copyBody(
  kv: Pick<Kv, "atomic" | "getMany">,
  body: Body,
  { from, to, set }: { readonly from: string; readonly to: string; readonly set: string },
): Promise<Body> {
  if (body.place === "inline") return body;
  for (let first = 0; first < body.count; first += KEYS_A_READ) {
    const end = Math.min(body.count, first + KEYS_A_READ);
    const parts = await readParts(kv, from, body.set, first, end);
    await setUnnamed(
      kv,
      parts.map((value, i) => ({ key: keys.part(to, set, first + i), value })),
    );
  }
  return { ...body, set };
}

/** Nobody names these keys yet, so a commit that threw, applied or not, can be made again. */
export async function setUnnamed(
  kv: Pick<Kv, "atomic">,
  entries: readonly { readonly key: Deno.KvKey; readonly value: unknown }[],
): Promise<void> {
  for (let tries = 1;; tries++) {
    const atomic = kv.atomic();
    for (const { key, value } of entries) atomic.set(key, value);
    try {
      await atomic.commit();
      return;
    } catch (error) {
      if (tries >= MAX_COMMIT_TRIES) throw error;
    }
  }
}

/** The whole text of a body. */
export async function readBody(
  kv: Pick<Kv, "getMany">,
  taskId: string,
  body: Body,
): Promise<string> {
  if (body.place === "inline") return decodeText(body.bytes);
  const parts: Uint8Array[] = [];
  for (let first = 0; first < body.count; first += KEYS_A_READ) {
    parts.push(
      ...await readParts(kv, taskId, body.set, first, Math.min(body.count, first + KEYS_A_READ)),
    );
  }
  return decodeText(concat(parts));
}

/** The first `limit` characters of a body. */
export async function readExcerpt(
  kv: Pick<Kv, "getMany">,
  taskId: string,
  body: Body,
  limit: number,
): Promise<Excerpt> {
  if (body.place === "inline") return excerptOf(decodeText(body.bytes), limit);
  const needed = Math.min(body.count, Math.ceil((limit * 3) / PART_BYTES), KEYS_A_READ);
  const parts = await readParts(kv, taskId, body.set, 0, needed);
  const beginning = new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(concat(parts), { stream: true });
  const excerpt = excerptOf(beginning, limit);
  const isCut = excerpt.text.length < body.characters;
  return { text: excerpt.text, length: body.characters, isCut };
}

/** The first `limit` characters of a text, never half of a surrogate pair. */
export function excerptOf(text: string, limit: number): Excerpt {
  if (text.length <= limit) return { text, length: text.length, isCut: false };
  const last = text.charCodeAt(limit - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
  return { text: text.slice(0, end), length: text.length, isCut: true };
}

async function readParts(
  kv: Pick<Kv, "getMany">,
  taskId: string,
  set: string,
  first: number,
  end: number,
): Promise<Uint8Array[]> {
  const wanted = Array.from({ length: end - first }, (_, i) => keys.part(taskId, set, first + i));
  const entries = await kv.getMany(wanted);
  return entries.map(({ value }, i) => {
    if (value instanceof Uint8Array) return value;
    throw new Error(`Cannot read part ${first + i} of "${set}" of task "${taskId}": it is missing`);
  });
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

import type { Json } from "./schema.ts";

const MAX_DEPTH = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const TEXT = /"(?:[^"\\\n\r]|\\.)*"/y;
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** A text that is not JSON. The message is a sentence without its place; both numbers are from 1. */
export class JsonTextError extends Error {
  override name = "JsonTextError";
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, offset: number) {
    super(message);
    const before = text.slice(0, offset).split("\n");
    this.line = before.length;
    this.column = (before.at(-1)?.length ?? 0) + 1;
  }
}

/** JSON that knows where in its text each value stands. */
export interface LocatedJson {
  readonly value: Json;
  /** The line, from 1, of the value at `path`, or of the nearest value around it. */
  lineOf(path: readonly (string | number)[]): number;
}

/**
 * Reads JSON as it is typed (RFC 8259). Unlike `JSON.parse` it says in words what is wrong and where,
 * and refuses an object that has a field twice.
 *
 * @throws JsonTextError
 */
export function readJsonText(text: string): LocatedJson {
  const reader = new JsonReader(text);
  const value = reader.read();
  return { value, lineOf: (path) => lineAt(text, reader.offsetOf(path)) };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

class JsonReader {
  readonly #text: string;
  readonly #offsets = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Json {
    if (this.#peek() === "\uFEFF") this.#at++;
    this.#skipBlank();
    if (this.#at === this.#text.length) this.#fail("there is nothing yet");
    const value = this.#value([]);
    this.#skipBlank();
    if (this.#at < this.#text.length) this.#fail(`${this.#found()} stands after the end`);
    return value;
  }

  offsetOf(path: readonly (string | number)[]): number {
    for (let length = path.length; length >= 0; length--) {
      const offset = this.#offsets.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return offset;
    }
    return 0;
  }

  #value(path: readonly (string | number)[]): Json {
    this.#skipBlank();
    const key = JSON.stringify(path);
    if (!this.#offsets.has(key)) this.#offsets.set(key, this.#at);
    if (path.length > MAX_DEPTH) {
      this.#fail(`lists and objects are nested more than ${MAX_DEPTH} deep`);
    }
    if (this.#take("{")) return this.#object(path);
    if (this.#take("[")) return this.#list(path);
    if (this.#peek() === '"') return this.#string("a text");
    const word = this.#word();
    return word === undefined ? this.#number() : word;
  }

  #object(path: readonly (string | number)[]): Json {
    const entries = new Map<string, Json>();
    this.#skipBlank();
    if (this.#take("}")) return {};
    do {
      this.#skipBlank();
      const begin = this.#at;
      const key = this.#key();
      if (entries.has(key)) this.#fail(`"${key}" is there twice`, begin);
      this.#offsets.set(JSON.stringify([...path, key]), begin);
      this.#skipBlank();
      if (!this.#take(":")) {
        this.#fail(`a colon is missing after "${key}", ${this.#foundInstead()}`);
      }
      entries.set(key, this.#value([...path, key]));
      this.#skipBlank();
    } while (this.#take(","));
    if (!this.#take("}")) this.#fail(`a comma or "}" is missing, ${this.#foundInstead()}`);
    return Object.fromEntries(entries);
  }

  #key(): string {
    if (this.#peek() === "}") this.#fail('there is a comma too many before "}"');
    if (this.#peek() !== '"') {
      this.#fail(`a field's name in double quotes is missing, ${this.#foundInstead()}`);
    }
    return this.#string("a field's name");
  }

  #list(path: readonly (string | number)[]): Json {
    const items: Json[] = [];
    this.#skipBlank();
    if (this.#take("]")) return items;
    do {
      this.#skipBlank();
      if (this.#peek() === "]") this.#fail('there is a comma too many before "]"');
      items.push(this.#value([...path, items.length]));
      this.#skipBlank();
    } while (this.#take(","));
    if (!this.#take("]")) this.#fail(`a comma or "]" is missing, ${this.#foundInstead()}`);
    return items;
  }

  #string(what: string): string {
    const token = this.#match(TEXT);
    if (token === null) return this.#fail(`${what} has no closing quote on its line`);
    try {
      return String(JSON.parse(token));
    } catch {
      return this.#fail(wrongCharacter(token), this.#at - token.length);
    }
  }

  #word(): Json | undefined {
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
  }

  #number(): number {
    const token = this.#match(NUMBER);
    if (token === null) return this.#fail(`a value is missing, ${this.#foundInstead()}`);
    const number = Number(token);
    return Number.isFinite(number) ? number : this.#fail(`${token} is too large a number`);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += match?.length ?? 0;
    return match;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #skipBlank(): void {
    while (this.#at < this.#text.length && " \t\n\r".includes(this.#peek())) this.#at++;
  }

  #foundInstead(): string {
    return `there is ${this.#found()} instead`;
  }

  #found(): string {
    if (this.#at >= this.#text.length) return "the end of the text";
    const [word] = /^[\w'-]{1,20}/.exec(this.#text.slice(this.#at, this.#at + 20)) ?? [];
    return `"${word ?? String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0)}"`;
  }

  #fail(sentence: string, offset = this.#at): never {
    throw new JsonTextError(sentence, this.#text, offset);
  }
}

function wrongCharacter(token: string): string {
  const escape = /\\(?!["\\/bfnrt]|u[\da-fA-F]{4})./s.exec(token.replaceAll("\\\\", "  "))?.[0];
  if (escape !== undefined) return `"${escape}" is no escape: a backslash itself is written \\\\`;
  return "a text holds a control character, a tab is written \\t";
}

import { raw } from "hono/html";
import { escapeExactly } from "./exact.ts";

const TOKEN = /\s*(?:("[^"\\]*(?:\\.[^"\\]*)*")|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\],:]))/gy;

/** Deeper levels are not indented further, so that the text stays in proportion to its source. */
const MAX_INDENT = 40;

/**
 * A JSON text over several lines with its keys, strings and numbers marked, in one pass over it, with
 * numbers as they were written. Null where the text is not made of JSON tokens.
 */
export function prettyJson(source: string) {
  const printer = new Printer();
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let token = TOKEN.exec(source); token !== null; token = TOKEN.exec(source)) {
    end = TOKEN.lastIndex;
    const [, string, number, word, sign] = token;
    if (string !== undefined) printer.string(string, /^\s*:/.test(source.slice(end, end + 80)));
    else if (sign !== undefined) printer.sign(sign);
    else printer.plain(number ?? word ?? "");
  }
  return source.slice(end).trim() === "" && end > 0 ? raw(printer.html) : null;
}

class Printer {
  html = "";
  #depth = 0;
  /** An opened bracket whose line break waits until something is in it. */
  #isFresh = false;

  string(text: string, isKey: boolean) {
    this.#begin();
    this.html += `<span class="${isKey ? "k" : "s"}">${escapeExactly(text)}</span>`;
  }

  plain(text: string) {
    this.#begin();
    this.html += `<span class="n">${text}</span>`;
  }

  sign(sign: string) {
    if (sign === "{" || sign === "[") this.#open(sign);
    else if (sign === "}" || sign === "]") this.#close(sign);
    else if (sign === ",") this.html += "," + this.#newLine();
    else this.html += ": ";
  }

  #open(sign: string) {
    this.#begin();
    this.html += sign;
    this.#depth++;
    this.#isFresh = true;
  }

  #close(sign: string) {
    this.#depth--;
    this.html += this.#isFresh ? sign : this.#newLine() + sign;
    this.#isFresh = false;
  }

  #begin() {
    if (this.#isFresh) this.html += this.#newLine();
    this.#isFresh = false;
  }

  #newLine() {
    return "\n" + "  ".repeat(Math.max(0, Math.min(this.#depth, MAX_INDENT)));
  }
}

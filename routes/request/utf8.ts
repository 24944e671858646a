/** The text that bytes are in UTF-8, without its byte order mark; null where they are none. */
export function utf8Text(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

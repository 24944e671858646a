/** Crockford's base 32, in small letters. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** The 128 bits of the ULID in an id, as 32 hexadecimal digits. */
export function hexOfId(id: string): string {
  const ulid = id.slice(id.indexOf("_") + 1);
  const bits = [...ulid].reduce((sum, digit) => sum * 32n + BigInt(DIGITS.indexOf(digit)), 0n);
  return bits.toString(16).padStart(32, "0");
}

/** The same bits as a UUID. */
export function uuidOfId(id: string): string {
  return hexOfId(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

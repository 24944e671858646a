/** One address in plain letters; what else mail allows could be read in two ways. */
const PLAIN = /^[\x21-\x3f\x41-\x7e]+@([\x21-\x3f\x41-\x7e]+)$/;

/**
 * Whether one of `allowed` is this e-mail address, or the domain it ends in (`example.org`, with or
 * without an `@` before). A domain does not mean those below it.
 */
export function isAllowedAddress(email: string, allowed: readonly string[]): boolean {
  const address = email.toLowerCase();
  // Tested before it is changed: some letters that are not plain have a small form that is.
  const domain = PLAIN.exec(email)?.[1]?.toLowerCase();
  if (domain === undefined) return false;
  return allowed.some((each) => {
    const entry = each.toLowerCase();
    return entry === address || entry === domain || entry === `@${domain}`;
  });
}

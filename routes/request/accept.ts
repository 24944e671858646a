/**
 * How much a media type or an encoding is wanted by an `Accept…` header: from 0, for one that it
 * does not name or refuses, to 1 (RFC 9110, 12.4.2).
 */
export function weightOf(header: string, wanted: string): number {
  for (const range of header.toLowerCase().split(",")) {
    const [name, ...parameters] = range.split(";").map((part) => part.trim());
    if (name !== wanted) continue;
    const weight = Number(parameters.find((each) => each.startsWith("q="))?.slice(2) ?? 1);
    return weight >= 0 && weight <= 1 ? weight : 0;
  }
  return 0;
}

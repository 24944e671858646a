import type { AttributeValue, Span } from "@opentelemetry/api";
import type { Redact } from "./redaction.ts";

/**
 * Has all spans tell no more of an address than the log: what opens something here stands in paths,
 * and inputs, and the codes of a provider, in queries. Deno itself gives them to a span of each
 * request before anybody is asked, and a span keeps what it was given: so it is changed on the way.
 */
export async function hideAddresses(redact: Redact): Promise<void> {
  const { trace } = await import("@opentelemetry/api");
  const spans: Pick<Span, "setAttribute"> = Object.getPrototypeOf(
    trace.getTracer("callboard").startSpan("none"),
  );
  const { setAttribute } = spans;
  spans.setAttribute = function (this: Span, name: string, value: AttributeValue) {
    return setAttribute.call(this, name, typeof value === "string" ? shown(name, value) : value);
  };

  function shown(name: string, value: string): string {
    switch (name) {
      case "url.full":
      case "url.path":
        return redact(readable(value.replace(/[?#].*/s, "")));
      case "url.query":
        return "";
      default:
        return redact(value);
    }
  }
}

/** Anybody may write any letter of an address by its number. */
function readable(address: string): string {
  return address.replace(/%[2-7][\da-f]/gi, decodeURIComponent);
}

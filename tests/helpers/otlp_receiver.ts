import { z } from "zod";

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.coerce.number().optional(),
  doubleValue: z.number().optional(),
});
const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(z.object({ key: z.string(), value: Value })),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
});
const Traces = z.object({
  resourceSpans: z.array(z.object({
    scopeSpans: z.array(z.object({ spans: z.array(Span) })),
  })),
});

/** A span as it was exported. */
export interface SeenSpan extends Omit<z.infer<typeof Span>, "attributes"> {
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

/** A collector of traces on loopback: OTLP over HTTP, as JSON. */
export interface OtlpReceiver extends AsyncDisposable {
  /** What a process has to be given to export to it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly spans: readonly SeenSpan[];
  /** All that came, as it came. */
  readonly raw: readonly string[];
}

export function startOtlpReceiver(): OtlpReceiver {
  const spans: SeenSpan[] = [];
  const raw: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const text = await request.text();
    raw.push(text);
    if (new URL(request.url).pathname === "/v1/traces") spans.push(...spansOf(JSON.parse(text)));
    return Response.json({});
  });
  return {
    spans,
    raw,
    settings: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function spansOf(json: unknown): SeenSpan[] {
  return Traces.parse(json).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes, ...span }) => ({
        ...span,
        attributes: Object.fromEntries(attributes.map(({ key, value }) => [
          key,
          value.stringValue ?? value.intValue ?? value.doubleValue,
        ])),
      }))
    )
  );
}

import assert from "node:assert/strict";
import { createCounter, createHistogram, gauge } from "../../../routes/telemetry/instruments.ts";
import { writeFamilies } from "../../../routes/telemetry/prometheus.ts";
import { parsePrometheus } from "../../helpers/prometheus.ts";

Deno.test("writeFamilies writes what Prometheus' own example looks like", () => {
  const requests = createCounter({
    name: "http_requests_total",
    help: "The total number of HTTP requests.",
    labels: ["method", "code"],
  });
  requests.add(["post", "200"], 1027);
  requests.add(["post", "400"], 2);
  requests.add(["post", "400"]);
  assert.equal(
    writeFamilies([requests]),
    `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027
http_requests_total{method="post",code="400"} 3
`,
  );
});

Deno.test("writeFamilies keeps any label and help on its line, and readable", () => {
  const hostile = 'C:\\new "x"\n# TYPE evil counter\nevil 1';
  const text = writeFamilies([
    gauge({ name: "a", help: hostile }, [{ labels: { path: hostile }, value: 1 }]),
  ]);
  assert.equal(text.trimEnd().split("\n").length, 3);
  assert.deepEqual(parsePrometheus(text), [{ name: "a", labels: { path: hostile }, value: 1 }]);
});

Deno.test("a histogram's buckets are cumulative, up to infinity, and include their bound", () => {
  const seconds = createHistogram({ name: "t_seconds", help: "T.", labels: ["kind"] }, [0.1, 1]);
  for (const value of [0.1, 0.05, 0.5, 1, 7]) seconds.observe(["wait"], value);
  const values = parsePrometheus(writeFamilies([seconds]))
    .map(({ name, labels: { le }, value }) => [name, le, value]);
  assert.deepEqual(values, [
    ["t_seconds_bucket", "0.1", 2],
    ["t_seconds_bucket", "1", 4],
    ["t_seconds_bucket", "+Inf", 5],
    ["t_seconds_sum", undefined, 8.65],
    ["t_seconds_count", undefined, 5],
  ]);
});

Deno.test("a counter without labels begins at 0, one with labels when it is first added to", () => {
  const plain = createCounter({ name: "a_total", help: "A." });
  const labelled = createCounter({ name: "b_total", help: "B.", labels: ["kind"] });
  assert.deepEqual(parsePrometheus(writeFamilies([plain, labelled])), [
    { name: "a_total", labels: {}, value: 0 },
  ]);
});

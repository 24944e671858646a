import assert from "node:assert/strict";
import { isTimeZone, partsOf } from "../../views/time_parts.ts";

const DAY_MS = 86_400_000;

Deno.test("partsOf says in UTC what Intl says", () => {
  const start = Date.UTC(2023, 11, 31, 23, 59, 59, 999);
  for (let day = 0; day < 800; day += 7) {
    const at = start + day * DAY_MS + day * 12_345;
    assert.deepEqual(partsOf(at, "UTC"), partsOf(at, "Etc/UTC"));
  }
});

Deno.test("partsOf keeps to the zone's clock, over the end of a year and a change of the hour", () => {
  assert.deepEqual(partsOf(Date.UTC(2025, 11, 31, 15, 0, 1), "Asia/Tokyo"), {
    year: "2026",
    month: "January",
    day: "1",
    clock: "00:00:01",
  });
  const clock = (hour: number) => partsOf(Date.UTC(2026, 2, 29, hour), "Europe/Paris").clock;
  assert.deepEqual([clock(0), clock(1)], ["01:00:00", "03:00:00"]);
});

Deno.test("isTimeZone knows zones from anything else", () => {
  const names = ["UTC", "utc", "Europe/Paris", "EUROPE/paris", "Etc/GMT+5"];
  assert.deepEqual(names.filter(isTimeZone), names);
  assert.deepEqual(["", "Mars/Base", "UTC; x", "Europe", "<b>"].filter(isTimeZone), []);
});

Deno.test("isTimeZone and partsOf stay right beyond what they remember", () => {
  const zones = Intl.supportedValuesOf("timeZone").slice(0, 120);
  for (const zone of [...zones, ...zones]) {
    assert.ok(isTimeZone(zone));
    assert.match(partsOf(0, zone).clock, /^\d\d:\d\d:\d\d$/);
  }
});

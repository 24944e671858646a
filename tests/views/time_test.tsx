import assert from "node:assert/strict";
import { renderNow } from "../../views/render.ts";
import { Clock, Timestamp } from "../../views/time.tsx";

const AT = Date.UTC(2026, 8, 5, 23, 21, 7);

const timestamp = (at: number, timeZone: string, now = AT) =>
  renderNow(<Timestamp at={at} context={{ now, timeZone }} />);

Deno.test("Timestamp says a moment in the reader's zone, all of it in the title", () => {
  assert.equal(
    timestamp(AT, "UTC"),
    '<time datetime="2026-09-05T23:21:07.000Z" title="5 September 2026, 23:21:07 UTC">' +
      "5 Sep, 23:21:07</time>",
  );
  assert.ok(timestamp(AT, "Asia/Tokyo").includes(">6 Sep, 08:21:07</time>"));
});

Deno.test("Timestamp names the year when it is another one", () => {
  assert.ok(timestamp(AT, "UTC", Date.UTC(2027, 0, 1)).includes(">5 Sep 2026, 23:21:07</time>"));
  const newYear = Date.UTC(2026, 11, 31, 20);
  const inTokyo = timestamp(newYear - 60_000, "Asia/Tokyo", newYear);
  assert.ok(inTokyo.includes(">1 Jan, 04:59:00</time>"), "the year is the reader's");
});

Deno.test("Clock starts from what has passed, and never below zero", () => {
  assert.equal(
    renderNow(<Clock since={1000} now={42_000} />),
    '<span data-clock="41000">0:41</span>',
  );
  assert.equal(renderNow(<Clock since={2000} now={1000} />), '<span data-clock="0">0:00</span>');
});

Deno.test("local_time.js says what Timestamp says", async () => {
  const moments = [AT, Date.UTC(2025, 11, 31, 23, 59, 59), Date.UTC(2026, 1, 3, 0, 0, 0)];
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const elements = moments.map((at) => ({
    dateTime: new Date(at).toISOString(),
    textContent: "",
    title: "",
  }));
  const page = { cookie: "", querySelectorAll: () => elements, addEventListener() {} };
  Object.assign(globalThis, { document: page });
  try {
    await import("../../static/js/local_time.js");
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
  for (const [index, { textContent, title }] of elements.entries()) {
    const html = timestamp(moments[index] ?? 0, timeZone, Date.now());
    assert.ok(html.includes(`title="${title}">${textContent}</time>`), html);
  }
  assert.equal(page.cookie, `tz=${timeZone}; path=/; max-age=31536000; samesite=lax`);
});

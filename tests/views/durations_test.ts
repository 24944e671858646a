import assert from "node:assert/strict";
import { formatAgo, formatDuration, formatElapsed } from "../../views/durations.ts";

const cases = <Input>(
  format: (input: Input) => string,
  pairs: readonly (readonly [Input, string])[],
) => {
  for (const [input, text] of pairs) assert.equal(format(input), text, String(input));
};

Deno.test("formatDuration names two units at most", () => {
  cases(formatDuration, [
    [-5, "0 ms"],
    [27, "27 ms"],
    [99.4, "99 ms"],
    [99.6, "0.1 s"],
    [100, "0.1 s"],
    [4800, "4.8 s"],
    [59_949, "59.9 s"],
    [59_960, "1 min 00 s"],
    [112_000, "1 min 52 s"],
    [3_599_600, "1 h 00 min"],
    [3_840_000, "1 h 04 min"],
    [86_399_999, "1 d 0 h"],
    [97_200_000, "1 d 3 h"],
  ]);
});

Deno.test("formatElapsed shows a clock", () => {
  cases(formatElapsed, [[-1, "0:00"], [41_999, "0:41"], [725_000, "12:05"], [
    3_849_000,
    "1:04:09",
  ]]);
});

Deno.test("formatAgo names one unit", () => {
  cases((ms: number) => formatAgo(0, ms), [
    [-100, "0 s ago"],
    [41_000, "41 s ago"],
    [480_000, "8 min ago"],
    [3 * 3_600_000, "3 h ago"],
    [50 * 3_600_000, "2 d ago"],
  ]);
});

import { z } from "zod";
import { defineKind } from "./define_kind.ts";
import { NumberSetting, parseNumberSetting } from "./number_setting.ts";

/** The longest wait: 365 days. */
export const MAX_WAIT_SECONDS = 365 * 24 * 60 * 60;

/**
 * Waits for `seconds` (0 to {@link MAX_WAIT_SECONDS}) without holding a worker. Its output is the
 * time at which it went on, ISO 8601 in UTC.
 */
export const wait = defineKind({
  kind: "wait",
  label: "Wait",
  config: z.strictObject({ seconds: NumberSetting }),
  run({ config, resumedAt, services }) {
    if (resumedAt !== null) return Promise.resolve(wentOn(resumedAt));
    const seconds = parseNumberSetting(config.seconds, {
      name: "seconds",
      min: 0,
      max: MAX_WAIT_SECONDS,
    });
    const now = services.now();
    if (seconds === 0) return Promise.resolve(wentOn(now));
    return Promise.resolve({ type: "wait", until: now + Math.ceil(seconds * 1000) });
  },
});

function wentOn(at: number) {
  return { type: "done" as const, output: new Date(at).toISOString() };
}

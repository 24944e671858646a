import { z } from "zod";
import { Analyzer, type AnalyzerOptions } from "./analyze/analyzer.ts";
import { defineKind } from "./define_kind.ts";
import { NumberSetting, parseNumberSetting } from "./number_setting.ts";
import type { StepKind } from "./step_kind.ts";

/** Most sentences a summary may have. */
export const MAX_SENTENCES = 50;
/** Most keywords. */
export const MAX_KEYWORDS = 100;

const DEFAULT_SENTENCES = 3;
const DEFAULT_KEYWORDS = 10;

/**
 * A step that reads an English text with no model and no key: what it says, in its own sentences,
 * its keywords, the names, dates and amounts in it, its tone and its size.
 *
 * Config: `text`; `sentences` of the summary (0 to {@link MAX_SENTENCES}, 3 unless set); `keywords`
 * (0 to {@link MAX_KEYWORDS}, 10 unless set). The output is an `Analysis` (`analyze/analysis.ts`).
 * It runs in a worker, about a second for 1 MB of text; aborting ends it at once.
 */
export function createAnalyze(options: AnalyzerOptions): StepKind {
  const analyzer = new Analyzer(options);
  return defineKind({
    kind: "analyze",
    label: "Analyze",
    config: z.strictObject({
      text: z.string(),
      sentences: NumberSetting.optional(),
      keywords: NumberSetting.optional(),
    }),
    async run({ config, signal }) {
      const request = {
        text: config.text,
        sentences: wholeNumber("sentences", config.sentences ?? DEFAULT_SENTENCES, MAX_SENTENCES),
        keywords: wholeNumber("keywords", config.keywords ?? DEFAULT_KEYWORDS, MAX_KEYWORDS),
      };
      return { type: "done", output: await analyzer.analyze(request, signal) };
    },
    close: () => analyzer.close(),
  });
}

/** Reads a text; see {@link createAnalyze}. */
export const analyze = createAnalyze({ idleMs: 10_000, limitMs: 60_000 });

function wholeNumber(name: string, value: number | string, max: number): number {
  return parseNumberSetting(value, { name, min: 0, max, isWhole: true });
}

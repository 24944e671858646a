import type { Analysis, AnalysisRequest } from "./analysis.ts";
import { countText } from "./counts.ts";
import { collectEntities } from "./entities.ts";
import { findKeywords } from "./keywords.ts";
import { findNames } from "./names.ts";
import { paragraphsOf } from "./paragraphs.ts";
import { read } from "./reading.ts";
import { summarize } from "./summary.ts";

/** Everything `analyze` finds in a text; takes about a second for 1 MB. */
export function analyzeText({ text, sentences, keywords }: AnalysisRequest): Analysis {
  const paragraphs = paragraphsOf(text);
  const reading = read(paragraphs);
  const names = findNames(reading.sentences);
  return {
    summary: summarize(reading.sentences, sentences),
    keywords: findKeywords(reading.sentences, names, keywords),
    entities: collectEntities(names, reading.sentences),
    sentiment: reading.sentiment,
    counts: countText(text, paragraphs.length),
  };
}

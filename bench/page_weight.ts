import type { Bench } from "./bench.ts";
import { runInBrowser } from "./browser_process.ts";
import type { Figure } from "./figure.ts";
import { type PageWeight, WeightReport } from "./weight_report.ts";

/** The first load of a task's page. */
export const pageWeight: Bench = {
  name: "page-weight",
  description: "first load of a task's page in Chromium, nothing cached, from main.ts in a " +
    "process of its own",

  async run({ isQuick }) {
    const loads = isQuick ? 1 : 5;
    const report = WeightReport.parse(await runInBrowser("page_weight.ts", loads));
    return [
      ...figuresOf("Text brief, completed", report.completed),
      ...figuresOf("Text brief, its last step running", report.running),
    ];
  },
};

function figuresOf(page: string, weights: readonly PageWeight[]): Figure[] {
  const common = { round: "1 load", floor: null };
  return [
    {
      ...common,
      name: `${page}: over the wire, answers with their headers`,
      unit: "KB",
      values: weights.map(({ bytes }) => bytes / 1_000),
      target: { of: "figure", bound: "at most", value: 35 },
    },
    {
      ...common,
      name: `${page}: requests beside the open stream`,
      unit: "requests",
      values: weights.map(({ requests }) => requests),
      target: { of: "figure", bound: "at most", value: 6 },
    },
  ];
}

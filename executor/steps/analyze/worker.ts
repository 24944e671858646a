/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { AnalysisReply, AnalysisRequest } from "./analysis.ts";
import { analyzeText } from "./analyze_text.ts";

/** Takes `AnalysisRequest`s and answers each with one `AnalysisReply`. */
self.onmessage = (event: MessageEvent<AnalysisRequest>) => {
  self.postMessage(reply(event.data));
};

function reply(request: AnalysisRequest): AnalysisReply {
  try {
    return { type: "done", analysis: analyzeText(request) };
  } catch (error) {
    return { type: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

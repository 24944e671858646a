import type { Definition } from "../definition/schema.ts";
import { askAModel } from "./ask_a_model.ts";
import { draftCritiqueImprove } from "./draft_critique_improve.ts";
import { slowCount } from "./slow_count.ts";
import { textBrief } from "./text_brief.ts";

/** The apps that an empty database begins with, in the order they are shown. */
export const seedApps: readonly Definition[] = [
  textBrief,
  askAModel,
  draftCritiqueImprove,
  slowCount,
];

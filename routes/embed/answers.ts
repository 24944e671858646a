import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { createAppAnswers, type EmbedAppAnswers } from "./apps.tsx";
import { createFileAnswers, type EmbedFileAnswers } from "./embed_files.ts";
import { createOEmbed } from "./oembed.ts";
import { createTaskAnswers, type EmbedTaskAnswers } from "./tasks.tsx";

/** What answers to pages of other sites. */
export interface EmbedAnswers {
  readonly files: EmbedFileAnswers;
  readonly tasks: EmbedTaskAnswers;
  readonly apps: EmbedAppAnswers;
  readonly oEmbed: (c: Context) => Promise<Response>;
}

export function createEmbedAnswers(deps: Deps): EmbedAnswers {
  return {
    files: createFileAnswers(),
    tasks: createTaskAnswers(deps),
    apps: createAppAnswers(deps),
    oEmbed: createOEmbed(deps),
  };
}

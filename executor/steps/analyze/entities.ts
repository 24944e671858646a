import { type Entity, type EntityType, MAX_ENTITIES } from "./analysis.ts";
import type { Name } from "./names.ts";
import type { Sentence, Span } from "./reading.ts";

const TYPES: Readonly<Record<string, EntityType | undefined>> = {
  DATE: "date",
  TIME: "time",
  DURATION: "duration",
  MONEY: "money",
  PERCENT: "percent",
  EMAIL: "email",
  URL: "url",
  HASHTAG: "hashtag",
  MENTION: "mention",
};
const MAX_ENTITY_LENGTH = 200;

/** Names, dates, amounts and addresses of a text: each once, the most frequent first. */
export function collectEntities(
  names: readonly Name[],
  sentences: readonly Sentence[],
): Entity[] {
  const entities = new Map<string, { text: string; type: EntityType; count: number }>();
  const add = (text: string, type: EntityType, count: number) => {
    const short = text.slice(0, MAX_ENTITY_LENGTH).toWellFormed();
    const key = `${type} ${short.toLowerCase()}`;
    const known = entities.get(key);
    if (known === undefined) entities.set(key, { text: short, type, count });
    else known.count += count;
  };
  for (const { text, type, count } of names) add(text, type, count);
  for (const sentence of sentences) {
    for (const span of sentence.spans) {
      const entity = toEntity(span, sentence);
      if (entity !== null) add(entity.text, entity.type, 1);
    }
  }
  return [...entities.values()].sort((a, b) => b.count - a.count).slice(0, MAX_ENTITIES);
}

function toEntity(span: Span, { tokens }: Sentence): Pick<Entity, "text" | "type"> | null {
  const before = tokens[span.start - 1]?.text ?? "";
  if (span.type === "CARDINAL" && /^\p{Sc}$/u.test(before)) {
    return { text: before + span.text, type: "money" };
  }
  const type = TYPES[span.type];
  if (type === undefined) return null;
  if (type === "url") return { text: span.text.replace(/[.,;:!?)]+$/, ""), type };
  if (type !== "date" && type !== "duration") return { text: span.text, type };
  const text = span.text.replace(/^(?:by|in|on|since|from|until|till|before|after|the)\s+/i, "");
  return { text, type: /^\d{4}$/.test(text) ? "date" : type };
}

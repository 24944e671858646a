import type { TaskStatus } from "../../executor/task.ts";
import { STATUS_WORDS } from "../status.tsx";

/** In pixels; the text is fitted to it, whatever face the reader's system has. */
const LABEL_WIDTH = 68;
const PADDING = 7;
const CHARACTER_WIDTH = 6.6;
const HEIGHT = 20;

/** White stands on each of them with 4.5:1 or more. */
const COLOURS = {
  running: "#1559c7",
  completed: "#19763a",
  failed: "#b4231b",
  cancelled: "#5f646b",
  none: "#5f646b",
} as const satisfies Record<TaskStatus | "none", string>;

/** How the last task of an app stands, as a picture of one word; `none` where it has no task. */
export function Badge({ status }: { readonly status: TaskStatus | "none" }) {
  const word = status === "none" ? "No tasks" : STATUS_WORDS[status];
  const wordWidth = Math.round(word.length * CHARACTER_WIDTH);
  const width = LABEL_WIDTH + wordWidth + 2 * PADDING;
  const title = `Callboard: ${word}`;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={title}
    >
      <title>{title}</title>
      <rect width={width} height={HEIGHT} rx="3" fill="#191917" />
      <path
        fill={COLOURS[status]}
        d={`M${LABEL_WIDTH} 0H${width - 3}a3 3 0 0 1 3 3V17a3 3 0 0 1-3 3H${LABEL_WIDTH}z`}
      />
      <g fill="#fff" font-family="Verdana, Arial, sans-serif" font-size="11">
        <text x={PADDING} y="14" textLength={LABEL_WIDTH - 2 * PADDING}>Callboard</text>
        <text x={LABEL_WIDTH + PADDING} y="14" textLength={wordWidth}>{word}</text>
      </g>
    </svg>
  );
}

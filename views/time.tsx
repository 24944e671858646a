import { formatElapsed } from "./durations.ts";
import type { TimeContext } from "./page_context.ts";
import { partsOf } from "./time_parts.ts";

export { formatAgo, formatDuration } from "./durations.ts";

/**
 * A moment (epoch milliseconds) in the reader's time, such as `22 Nov, 14:21:07`; the year is named
 * when it is not this one, and the whole of it stands in the title. `static/js/local_time.js` says
 * the same in the browser's zone where the server did not know it.
 */
export function Timestamp({ at, context }: { readonly at: number; readonly context: TimeContext }) {
  const time = partsOf(at, context.timeZone);
  const date = `${time.day} ${time.month.slice(0, 3)}`;
  const isThisYear = time.year === yearOf(context);
  return (
    <time
      datetime={new Date(at).toISOString()}
      title={`${time.day} ${time.month} ${time.year}, ${time.clock} ${context.timeZone}`}
    >
      {isThisYear ? date : `${date} ${time.year}`}, {time.clock}
    </time>
  );
}

/** A page shows many times beside one now, and each look at a zone takes its time. */
const years = new WeakMap<TimeContext, string>();

function yearOf(context: TimeContext): string {
  const year = years.get(context) ?? partsOf(context.now, context.timeZone).year;
  years.set(context, year);
  return year;
}

/** A clock that goes on counting in the browser. Both are epoch milliseconds. */
export function Clock({ since, now }: { readonly since: number; readonly now: number }) {
  const elapsed = Math.max(0, now - since);
  return <span data-clock={String(elapsed)}>{formatElapsed(elapsed)}</span>;
}

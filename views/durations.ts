const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long something took, in milliseconds: `27 ms`, `4.8 s`, `1 min 52 s`, `1 h 04 min`, `2 d 3 h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / SECOND_MS).toFixed(1)} s`;
  // Rounded before it is parted, or there would be `60 min 00 s`.
  const seconds = Math.round(ms / SECOND_MS);
  const minutes = Math.round(ms / MINUTE_MS);
  if (seconds < 3600) return pair(seconds, 60, "min", "s");
  if (minutes < 24 * 60) return pair(minutes, 60, "h", "min");
  return pair(Math.round(ms / HOUR_MS), 24, "d", "h", 1);
}

/** How long something has been going on, in milliseconds, as a clock shows it: `0:41`, `1:04:09`. */
export function formatElapsed(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / SECOND_MS));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = `${padded(seconds % 60, 2)}`;
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${padded(minutes, 2)}:${tail}`;
}

/** How long ago a moment was, coarsely: `41 s ago`, `8 min ago`, `3 h ago`, `2 d ago`. */
export function formatAgo(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s ago`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ago`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h ago`;
  return `${Math.floor(ms / DAY_MS)} d ago`;
}

function pair(total: number, per: number, big: string, small: string, digits = 2): string {
  return `${Math.floor(total / per)} ${big} ${padded(total % per, digits)} ${small}`;
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, "0");
}

/** A moment in words and digits. */
export interface TimeParts {
  readonly year: string;
  /** In full, in English. */
  readonly month: string;
  readonly day: string;
  /** As `14:21:07`. */
  readonly clock: string;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** The parts of a moment (epoch milliseconds) in a zone for which `isTimeZone` holds. */
export function partsOf(at: number, timeZone: string): TimeParts {
  // Without Intl, which takes 15 ms when it is first used.
  return timeZone === "UTC" ? utcPartsOf(new Date(at)) : zonedPartsOf(at, timeZone);
}

/** Whether this is the IANA name of a zone, in whatever case. */
export function isTimeZone(name: string): boolean {
  if (name === "UTC") return true;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

function utcPartsOf(date: Date): TimeParts {
  return {
    year: String(date.getUTCFullYear()),
    month: MONTHS[date.getUTCMonth()] ?? "",
    day: String(date.getUTCDate()),
    clock: date.toISOString().slice(11, 19),
  };
}

function zonedPartsOf(at: number, timeZone: string): TimeParts {
  const parts = new Map(
    formatterOf(timeZone).formatToParts(at).map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    clock: `${part("hour")}:${part("minute")}:${part("second")}`,
  };
}

/** Making one takes far longer than using it, and a list of tasks shows many times. */
const formatters = new Map<string, Intl.DateTimeFormat>();
/** Readers choose the names, and each can be written in many ways. */
const MAX_FORMATTERS = 50;

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  if (formatters.size === MAX_FORMATTERS) formatters.clear();
  formatters.set(timeZone, formatter);
  return formatter;
}

const ULID = "[0-7][0-9a-hjkmnp-tv-z]{25}";
export const TASK_ID = new RegExp(`^tsk_${ULID}$`);
export const APP_ID = new RegExp(`^app_${ULID}$`);
export const AUDIT_ID = new RegExp(`^aud_${ULID}$`);
export const KEY_ID = new RegExp(`^key_${ULID}$`);
export const LINK_ID = new RegExp(`^lnk_${ULID}$`);

/** Makes ids: `tsk_`, for one, and a ULID in small letters, sortable by time, never a secret. */
export interface Ids {
  task(now: number): string;
  app(now: number): string;
  /** Of an API key. */
  key(now: number): string;
  /** Of a row of the audit list. */
  audit(now: number): string;
  link(now: number): string;
  /** A name for something nobody sorts: a part set, a writer, a lease. */
  nonce(): string;
}

/** Ids that grow strictly within one process, also where the clock stands still or goes back. */
export function createIds(random: () => number): Ids {
  const ulid = monotonicUlids(random);
  const writer = Math.floor(random() * 2 ** 40).toString(36);
  let count = 0;
  return {
    task: (now) => `tsk_${ulid(now)}`,
    app: (now) => `app_${ulid(now)}`,
    key: (now) => `key_${ulid(now)}`,
    audit: (now) => `aud_${ulid(now)}`,
    link: (now) => `lnk_${ulid(now)}`,
    nonce: () => `${writer}${(count++).toString(36).padStart(4, "0")}`,
  };
}

/** Crockford's base 32, in small letters: no i, l, o, u. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
/** The random part is kept as two numbers of 40 bits, which are 8 digits each. */
const HALF = 2 ** 40;

/**
 * ULIDs (https://github.com/ulid/spec): a time of 48 bits, then 80 random bits. Within a millisecond
 * the random part counts up by one. Where it is used up the specification fails; here the time
 * counts up.
 */
function monotonicUlids(random: () => number): (now: number) => string {
  let time = -1;
  let high = 0;
  let low = 0;

  function begin(at: number): void {
    time = at;
    high = Math.floor(random() * HALF);
    low = Math.floor(random() * HALF);
  }

  return (now) => {
    if (now > time) begin(now);
    else if (++low === HALF) {
      low = 0;
      if (++high === HALF) begin(time + 1);
    }
    return digitsOf(time, 10) + digitsOf(high, 8) + digitsOf(low, 8);
  };
}

function digitsOf(value: number, length: number): string {
  let digits = "";
  for (let rest = value; digits.length < length; rest = Math.floor(rest / 32)) {
    digits = DIGITS[rest % 32] + digits;
  }
  return digits;
}

export function isTaskId(text: string): boolean {
  return TASK_ID.test(text);
}

export function isAppId(text: string): boolean {
  return APP_ID.test(text);
}

export function isLinkId(text: string): boolean {
  return LINK_ID.test(text);
}

/** The middle value. @throws {RangeError} when there is none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` of all values do not exceed, between two of them in proportion. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * percent / 100;
  const low = sorted[Math.floor(position)];
  const high = sorted[Math.ceil(position)];
  if (low === undefined || high === undefined) {
    throw new RangeError("Cannot take a percentile: there are no values");
  }
  return low + (high - low) * (position - Math.floor(position));
}

/** Times of one kind, in milliseconds. */
export class Latency {
  readonly #times: number[] = [];

  add(ms: number): void {
    this.#times.push(ms);
  }

  /** Such as 0.5 for the median. */
  quantile(share: number): number {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  }

  describe(what: string): string {
    const [p50, p95, most] = [0.5, 0.95, 1].map((share) => Math.round(this.quantile(share)));
    return `${what}: p50 ${p50} ms, p95 ${p95} ms, at most ${most} ms (${this.#times.length} times)`;
  }
}

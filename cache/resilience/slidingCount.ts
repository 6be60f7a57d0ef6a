/**
 * How often something happened lately. Counts stand in a ring of buckets aligned to the clock, the newest of them
 * unfinished, so that neither memory nor the cost of `add` depends on how often it happens.
 */
export class SlidingCount {
  readonly #bucketMs: number;
  readonly #counts: Uint32Array;
  /** Which bucket since time 0 each place of the ring holds; what is over is left in place and not summed. */
  readonly #buckets: Float64Array;

  constructor(bucketMs: number, bucketCount: number) {
    this.#bucketMs = bucketMs;
    this.#counts = new Uint32Array(bucketCount);
    this.#buckets = new Float64Array(bucketCount).fill(-Infinity);
  }

  add(atMs: number): void {
    const bucket = Math.floor(atMs / this.#bucketMs);
    const place = bucket % this.#counts.length;
    const isBegun = this.#buckets[place] === bucket;
    this.#buckets[place] = bucket;
    this.#counts[place] = isBegun ? (this.#counts[place] ?? 0) + 1 : 1;
  }

  /** Takes back what was added at this instant, unless it is forgotten. */
  remove(atMs: number): void {
    const bucket = Math.floor(atMs / this.#bucketMs);
    const place = bucket % this.#counts.length;
    const count = this.#buckets[place] === bucket ? (this.#counts[place] ?? 0) : 0;
    if (count > 0) this.#counts[place] = count - 1;
  }

  /** Sum of the buckets after that of `afterAtMs`, up to and with that of `untilAtMs`. */
  sum(afterAtMs: number, untilAtMs: number): number {
    const after = Math.floor(afterAtMs / this.#bucketMs);
    const until = Math.floor(untilAtMs / this.#bucketMs);
    let sum = 0;
    for (const [place, bucket] of this.#buckets.entries()) {
      if (bucket > after && bucket <= until) sum += this.#counts[place] ?? 0;
    }
    return sum;
  }

  /** Forgets the bucket of `atMs` and all after it. */
  dropFrom(atMs: number): void {
    const from = Math.floor(atMs / this.#bucketMs);
    for (const [place, bucket] of this.#buckets.entries()) {
      if (bucket >= from) this.#buckets[place] = -Infinity;
    }
  }

  clear(): void {
    this.#buckets.fill(-Infinity);
  }
}

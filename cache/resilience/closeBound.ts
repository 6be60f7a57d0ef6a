/** What closing a cache consists of. */
export type ClosePart = 'control' | 'events' | 'writeBehind' | 'loads' | 'invalidations' | 'announcement';

/** One bound for all that closing waits for: what does not end in time goes on without anybody who waits. */
export class CloseBound {
  readonly #unfinished = new Set<ClosePart>();
  readonly #endsAtMs: number;

  constructor(limitMs: number) {
    this.#endsAtMs = performance.now() + limitMs;
  }

  /** What did not end in time, or failed; in the order in which that was seen. */
  get unfinished(): readonly ClosePart[] {
    return [...this.#unfinished];
  }

  /** Time left, ms; `share` of it, 0-1. */
  leftMs(share = 1): number {
    return Math.max(0, this.#endsAtMs - performance.now()) * share;
  }

  /** What the work gives, or null when it does not end within the time left, or a share of it. Never rejects. */
  within<Result>(part: ClosePart, work: Promise<Result> | undefined, share = 1): Promise<Result | null> {
    if (work === undefined) return Promise.resolve(null);
    return new Promise((resolve) => {
      const giveUp = (): void => {
        clearTimeout(timer);
        this.#unfinished.add(part);
        resolve(null);
      };
      const timer = setTimeout(giveUp, this.leftMs(share));
      work.then((result) => {
        clearTimeout(timer);
        resolve(result);
      }, giveUp);
    });
  }
}

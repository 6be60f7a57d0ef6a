import type { ChangeQueue } from './changeQueue.ts';

/** Renews a lease while work goes on, and tells when it is, or may be, another's. */
export class LeaseKeeper {
  readonly #queue: Pick<ChangeQueue, 'renew'>;
  readonly #leaseMs: number;
  readonly #losing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #keptAtMs = performance.now();

  constructor(queue: Pick<ChangeQueue, 'renew'>, leaseMs: number) {
    this.#queue = queue;
    this.#leaseMs = leaseMs;
    this.#timer = setInterval(() => void this.#renew(), leaseMs / 3);
    this.#timer.unref();
  }

  /** Aborted when the lease is lost. */
  get lost(): AbortSignal {
    return this.#losing.signal;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    const askedAtMs = performance.now();
    const state = await this.#queue.renew();
    if (state === 'kept') this.#keptAtMs = askedAtMs;
    if (state === 'lost' || askedAtMs - this.#keptAtMs >= this.#leaseMs) this.#losing.abort();
  }
}

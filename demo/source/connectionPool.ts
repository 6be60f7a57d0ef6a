import { setTimeout as pause } from 'node:timers/promises';

/** So many queries at once, the others in line: a source that is asked for too much gets slow for everybody. */
export class ConnectionPool {
  readonly #size: number;
  readonly #waiting: (() => void)[] = [];
  #busyCount = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Holds a connection for as long as the query takes. */
  async query(tookMs: number): Promise<void> {
    if (this.#busyCount < this.#size) this.#busyCount += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await pause(tookMs);
    const next = this.#waiting.shift();
    if (next === undefined) this.#busyCount -= 1;
    else next();
  }
}

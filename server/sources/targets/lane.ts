/** Runs tasks in the order in which they came, at most so many at once. */
export class Lane {
  readonly #maxActive: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #active = new Set<Promise<void>>();

  constructor(maxActive: number) {
    this.#maxActive = maxActive;
  }

  /** The task must not reject. */
  run(task: () => Promise<void>): void {
    this.#waiting.push(task);
    this.#next();
  }

  /** Forgets what waits; resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all(this.#active);
  }

  #next(): void {
    if (this.#active.size >= this.#maxActive) return;
    const task = this.#waiting.shift();
    if (task === undefined) return;
    const running = task().finally(() => {
      this.#active.delete(running);
      this.#next();
    });
    this.#active.add(running);
  }
}

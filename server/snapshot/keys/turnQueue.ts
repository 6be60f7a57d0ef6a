import { AppError } from '#shared/errorCodes.ts';

/** Ours: with calls of a second at most, the last of them waits as long as a person does. */
const MAX_WAITING = 8;

/** Runs one call after the other, in the order in which they were asked for; turns callers away when too many wait. */
export class TurnQueue {
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** Rejects as `work` does, and with `AppError` busy when too many wait. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#count > MAX_WAITING) {
      throw new AppError(
        'busy',
        `${MAX_WAITING} others are being answered before you, so that Redis feels none of it. Try again in some seconds.`,
      );
    }
    this.#count += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#count -= 1;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/**
 * The numbers that one sender gives to what it sends on one channel: 1, 2, 3 ... from `sinceMs` on (invalidationMessage.ts). What was not
 * sent must not look missed: a number that Redis did not confirm is given again as soon as no later one is in use. A message that
 * arrived without a confirmation is then a second one of its number, which is obeyed twice; one that failed while later ones were under
 * way counts as missed by those who hear.
 */
export class MessageNumbers {
  /** Epoch ms, by the clock of the sender. */
  readonly sinceMs: number;
  #last = 0;
  readonly #unconfirmed = new Set<number>();

  constructor(sinceMs: number) {
    this.sinceMs = sinceMs;
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Redis did not confirm the message of this number. */
  takeBack(seq: number): void {
    this.#unconfirmed.add(seq);
    while (this.#unconfirmed.delete(this.#last)) this.#last -= 1;
  }
}

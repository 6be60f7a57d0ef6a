import { MessageNumbers } from '#shared/control/messageNumbers.ts';

/** What a server writes on a message to services besides what it says. */
export interface NewsStamp {
  readonly from: string;
  readonly since: number;
  readonly seq: number;
}

/**
 * The numbers of all messages that this server sends to services, over all of its purges, so that an instance which missed one knows.
 * Each channel has its own: nobody hears more than one.
 */
export class NewsNumbers {
  readonly #from: string;
  readonly #sinceMs: number;
  readonly #byChannel = new Map<string, MessageNumbers>();

  /** `from`: the same after a restart, and of no other server; `sinceMs`: when this one began, epoch ms. */
  constructor({ from, sinceMs }: { readonly from: string; readonly sinceMs: number }) {
    this.#from = from;
    this.#sinceMs = sinceMs;
  }

  stamp(channel: Buffer): NewsStamp {
    return { from: this.#from, since: this.#sinceMs, seq: this.#of(channel).next() };
  }

  /** Redis did not confirm it. */
  takeBack(channel: Buffer, { seq }: NewsStamp): void {
    this.#of(channel).takeBack(seq);
  }

  #of(channel: Buffer): MessageNumbers {
    const name = channel.toString('latin1');
    const known = this.#byChannel.get(name) ?? new MessageNumbers(this.#sinceMs);
    this.#byChannel.set(name, known);
    return known;
  }
}

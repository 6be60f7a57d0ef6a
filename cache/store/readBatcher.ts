import type { Failed, Outcome, RedisTransport } from './redisTransport.ts';

interface Wanted {
  readonly key: string;
  readonly resolve: (outcome: Outcome<Buffer | null>) => void;
}

/** Most keys of one MGET: it bounds the time that Redis is held and the size of the reply, 1.3 MB of 20 KB values. Ours. */
const KEYS_PER_READ = 64;

/**
 * Reads keys, those of one turn of the event loop by one MGET: one write, one reply and one timer for all of them, where the
 * write to the socket is what a GET costs most. In a Cluster, where keys span slots, each is a GET. A reader without the right
 * to MGET is left with GETs.
 */
export class ReadBatcher {
  readonly #transport: RedisTransport;
  #wanted: Wanted[] = [];
  #isBatching: boolean;

  constructor(transport: RedisTransport) {
    this.#transport = transport;
    this.#isBatching = !transport.isCluster;
  }

  /** The bytes under a key; null = there is none, or it is no string. Never rejects. */
  read(key: string): Promise<Outcome<Buffer | null>> {
    if (!this.#isBatching) return this.#transport.run((redis) => redis.getBuffer(key));
    return new Promise((resolve) => {
      this.#wanted.push({ key, resolve });
      // After all that is ready to run: replies that came together ask together.
      if (this.#wanted.length === 1) process.nextTick(() => this.#flush());
    });
  }

  #flush(): void {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let start = 0; start < wanted.length; start += KEYS_PER_READ) {
      void this.#readPage(wanted.slice(start, start + KEYS_PER_READ));
    }
  }

  async #readPage(page: readonly Wanted[]): Promise<void> {
    const [first] = page;
    if (first === undefined) return;
    if (page.length === 1) {
      first.resolve(await this.#transport.run((redis) => redis.getBuffer(first.key)));
      return;
    }
    const outcome = await this.#transport.run((redis) => redis.mgetBuffer(page.map(({ key }) => key)));
    if (outcome.isDone) {
      for (const [index, { resolve }] of page.entries()) {
        resolve({ isDone: true, reply: outcome.reply[index] ?? null });
      }
      return;
    }
    if (isForbidden(outcome)) {
      this.#isBatching = false;
      for (const { key, resolve } of page) resolve(await this.read(key));
      return;
    }
    for (const { resolve } of page) resolve(outcome);
  }
}

function isForbidden({ error }: Failed): boolean {
  return error instanceof Error && /^(NOPERM|ERR unknown command)/.test(error.message);
}

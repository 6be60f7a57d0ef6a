import type { Redis } from 'ioredis';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';
import { envelope, LETTERS } from './buryLetters.ts';
import type { Lines } from './doomedServer.ts';

/** What else happens to the letters of `shop` while servers of ours are at them, and what is known of it. */
export class LetterWorld {
  /** Name of the event by the id of its letter. */
  readonly #events = new Map<string, string>();
  readonly #trimmed = new Set<string>();
  /** Events that were seen in the stream before somebody removed it. */
  readonly #seen = new Set<string>();
  #isEmptied = false;
  readonly #interleaving: Interleaving;
  readonly #lines: Lines;
  readonly #client: Redis;

  constructor(client: Redis, { interleaving, lines }: { interleaving: Interleaving; lines: Lines }) {
    this.#client = client;
    this.#interleaving = interleaving;
    this.#lines = lines;
  }

  /** Everything was removed: nothing can be told of what was done before. */
  get isEmptied(): boolean {
    return this.#isEmptied;
  }

  /** Resolves with the names of the events. */
  async bury(count: number): Promise<void> {
    const first = this.#events.size;
    const pipeline = this.#client.pipeline();
    for (let at = 0; at < count; at += 1) {
      const more = ['deliveries', '5', 'reason', 'Error: no product'];
      pipeline.xadd(LETTERS, '*', 'seq', String(at + 2), ...envelope(`e${first + at}`), ...more);
    }
    // Redis may be full.
    for (const [error, id] of (await pipeline.exec()) ?? [])
      if (error === null) this.#events.set(String(id), `e${this.#events.size}`);
  }

  async publish(): Promise<void> {
    await this.#client.xadd(DEFAULT_EVENT_STREAM, '*', 'seq', '1', ...envelope('other')).catch(() => {});
  }

  /** So many steps of a service at most, each of which buries, publishes, trims, fills Redis, or makes room. */
  async goOn(stepCount: number): Promise<void> {
    for (let step = 0; step < stepCount; step += 1) {
      await this.#interleaving.step('a service goes on');
      const kind = this.#interleaving.random();
      if (kind < 0.4) await this.bury(1);
      else if (kind < 0.6) await this.publish();
      else if (kind < 0.7) await this.#trim();
      else await this.#client.config('SET', 'maxmemory', kind < 0.8 ? '1' : '0');
    }
  }

  async #trim(): Promise<void> {
    const standing = await this.#client.xlen(LETTERS);
    const left = Math.floor(standing * this.#interleaving.random());
    const replies = await this.#client
      .multi()
      .xrange(LETTERS, '-', '+')
      .xtrim(LETTERS, 'MAXLEN', left)
      .xrange(LETTERS, '-', '+')
      .exec()
      // A full Redis refuses it.
      .catch(() => null);
    const before = idsOf(replies?.[0]?.[1]);
    const after = new Set(idsOf(replies?.[2]?.[1]));
    for (const id of before) if (!after.has(id)) this.#trimmed.add(this.eventOf(id));
  }

  /** With or without what it held. */
  async restartRedis({ isEmptied }: { readonly isEmptied: boolean }): Promise<void> {
    await this.#interleaving.step('Redis starts again');
    this.#isEmptied ||= isEmptied;
    this.#lines.restart();
    if (isEmptied) await this.#client.flushall();
  }

  /** Somebody puts something else where the stream of events was. */
  async replaceStream(): Promise<void> {
    await this.#interleaving.step('the stream is replaced');
    const replies = await this.#client
      .multi()
      .xrange(DEFAULT_EVENT_STREAM, '-', '+')
      .del(DEFAULT_EVENT_STREAM)
      .set(DEFAULT_EVENT_STREAM, 'something else')
      .exec()
      .catch(() => null);
    for (const name of namesOf(replies?.[0]?.[1])) this.#seen.add(name);
  }

  eventOf(letterId: string): string {
    return this.#events.get(letterId) ?? `the letter ${letterId}`;
  }

  /** What stands in Redis at the end, by the names of the events, and what left in another way. */
  async look() {
    const isStream = (await this.#client.type(DEFAULT_EVENT_STREAM)) === 'stream';
    const inStream = isStream ? namesOf(await this.#client.xrange(DEFAULT_EVENT_STREAM, '-', '+')) : [];
    return {
      buried: [...this.#events.values()],
      letters: namesOf(await this.#client.xrange(LETTERS, '-', '+')),
      replayed: [...inStream, ...this.#seen].filter((name) => name !== 'other'),
      trimmed: this.#trimmed,
    };
  }
}

type Entries = readonly (readonly [id: string, fields: readonly string[]])[];

function isEntries(reply: unknown): reply is Entries {
  return Array.isArray(reply);
}

function idsOf(reply: unknown): readonly string[] {
  return isEntries(reply) ? reply.map(([id]) => id) : [];
}

/** Of the events. */
function namesOf(reply: unknown): readonly string[] {
  return isEntries(reply) ? reply.map(([, fields]) => fields[fields.indexOf('id') + 1] ?? '') : [];
}

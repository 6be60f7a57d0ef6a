import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { deriveLook } from '#server/sources/look/deriveLook.ts';
import { readLook } from '#server/sources/look/readLook.ts';
import { LOOK_SHARED_MS, type PatternLook } from '#shared/look/patternLook.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import type { NodeFacts } from '#shared/snapshot.ts';
import type { SampleWatch } from '../sampleWatch.ts';
import { chooseKeys } from './chooseKeys.ts';
import { knowsNoTouch } from './knowsNoTouch.ts';
import type { Touches } from './touches.ts';

export interface PatternLooksOptions {
  readonly samples: Pick<SampleWatch, 'keysOf'>;
  /** A connection of the role `inspector`, for one look. */
  readonly openInspector: () => RedisConnection;
  readonly facts: () => NodeFacts | null;
  /** Keys that looks of ours made look used. */
  readonly touches: Touches;
  /** TTLs that services give the keys of a pattern, ms, where it was declared. */
  readonly declaredTtlsMs: ReadonlyMap<string, number>;
  readonly clock: Clock;
  /** Uniform over [0, 1). */
  readonly random: () => number;
}

/** Looks that are kept, the newest. */
const MAX_KEPT = 500;
/** From the end of one look to the start of the next: at most some 240 look-ups a second, 0.2 % of a core of Redis. */
const PAUSE_MS = 1_000;

interface Kept {
  readonly look: Promise<Reading<PatternLook>>;
  /** Null while it is under way. */
  ended: { readonly atMs: number; readonly reading: Reading<PatternLook> } | null;
}

/**
 * Looks at the values and last use of some keys of a pattern when a person asks for it: one look at a time, and one a minute
 * for all who look at the same pattern.
 */
export class PatternLooks {
  readonly #options: PatternLooksOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #closing = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PatternLooksOptions) {
    this.#options = options;
  }

  /** The look of the last minute, or a new one. Never rejects for what Redis does: the reading says why it is unknown. */
  look(pattern: string): Promise<Reading<PatternLook>> {
    const kept = this.#kept.get(pattern);
    if (kept !== undefined && this.#isShared(kept)) return kept.look;
    const look = this.#last.then(() => this.#read(pattern));
    const entry: Kept = { look, ended: null };
    this.#last = look.then(
      () => this.#options.clock.pause(PAUSE_MS, this.#closing.signal),
      () => {},
    );
    this.#kept.delete(pattern);
    this.#kept.set(pattern, entry);
    look.then(
      (reading) => {
        entry.ended = { atMs: this.#options.clock.nowMs(), reading };
        this.#dropOldest();
      },
      () => void this.#kept.delete(pattern),
    );
    return look;
  }

  /** The newest look that has ended; null when nobody has looked. */
  last(pattern: string): Reading<PatternLook> | null {
    return this.#kept.get(pattern)?.ended?.reading ?? null;
  }

  declaredTtlMs(pattern: string): number | null {
    return this.#options.declaredTtlsMs.get(pattern) ?? null;
  }

  close(): void {
    this.#closing.abort();
  }

  #isShared({ ended }: Kept): boolean {
    if (ended === null) return true;
    // What failed may be asked again as soon as somebody has put it right.
    return ended.reading.state === 'known' && this.#options.clock.nowMs() - ended.atMs < LOOK_SHARED_MS;
  }

  #dropOldest(): void {
    for (const [pattern, { ended }] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) return;
      if (ended !== null) this.#kept.delete(pattern);
    }
  }

  async #read(pattern: string): Promise<Reading<PatternLook>> {
    const { samples, facts, clock, random, openInspector } = this.#options;
    if (this.#closing.signal.aborted) return unknown('failed', 'The server is shutting down.');
    const keys = chooseKeys(samples.keysOf(pattern), { random, isTouched: this.#options.touches.has });
    if (keys.length === 0) return unknown('notEnoughData', 'No key of this pattern is in the last sample.');
    const connection = openInspector();
    const node = facts();
    const evictionPolicy = node?.evictionPolicy ?? null;
    try {
      const look = await readLook({
        connection,
        keys,
        evictionPolicy,
        knowsNoTouch: knowsNoTouch(node),
        nowMs: clock.nowMs,
      });
      const atMs = clock.nowMs();
      const value = deriveLook({
        look,
        atMs,
        declaredTtlMs: this.declaredTtlMs(pattern),
        touchedAtMs: this.#options.touches.atMs,
        isPolicyKnown: evictionPolicy !== null,
      });
      if (look.isTouching) {
        this.#options.touches.add(
          look.keys.filter((key) => key.value !== null).map(({ text }) => text),
          atMs,
        );
      }
      return known(value, atMs, `a look at ${keys.length} keys of the sample`);
    } catch (error) {
      if (error instanceof RedisFault) return unknown('failed', error.message);
      throw error;
    } finally {
      connection.close();
    }
  }
}

import { CacheError } from './cacheError.ts';
import type { Settings } from './cacheOptions.ts';
import { deleteEntry, type InvalidationSurroundings } from './invalidate/deleteEntry.ts';
import { invalidateTag } from './invalidate/invalidateTag.ts';
import type { InvalidationResult } from './invalidate/invalidationResult.ts';
import { tidyTagsSometimes } from './invalidate/tagTidier.ts';
import type { PatternNames } from './keys/patternNames.ts';
import { CacheEvents } from './metrics/cacheEvents.ts';
import { Flights } from './read/flight.ts';
import { type Lookup, lookUp } from './read/readPath.ts';
import { RedisTransport } from './store/redisTransport.ts';
import type { StandardSchema } from './validate/standardSchema.ts';
import { checkTag, checkTags } from './write/tagLimits.ts';
import { type EntryToWrite, type WriteResult, writeEntry } from './write/writeEntry.ts';

/** What a call of any family or of none comes down to. */
export interface CoreEntry<Value> {
  /** Whole name in Redis. */
  readonly key: string;
  readonly pattern: string;
  readonly ttlSeconds: number;
  readonly jitterRatio: number;
  readonly schema: StandardSchema<Value> | undefined;
  /** Null = the entry never has tags. */
  readonly tagsOf: ((value: Value) => readonly string[]) | null;
}

/** One read path, one write path, one invalidation path; families and plain calls are forms of it. */
export class CacheCore {
  readonly events = new CacheEvents();
  readonly settings: Settings;
  readonly patterns: PatternNames;
  readonly #transport: RedisTransport;
  readonly #flights = new Flights();
  readonly #pending = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(settings: Settings, patterns: PatternNames) {
    this.settings = settings;
    this.patterns = patterns;
    this.#transport = new RedisTransport(settings);
  }

  /** Aborted by `close()`; handed to loaders. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  lookUp<Value>(
    entry: CoreEntry<Value>,
    call: Pick<Lookup<Value>, 'load' | 'waitTimeoutMs'>,
  ): Promise<Value> {
    const { serialiser, clock } = this.settings;
    const around = {
      transport: this.#transport,
      events: this.events,
      serialiser,
      flights: this.#flights,
      clock,
    };
    return lookUp(around, {
      key: entry.key,
      pattern: entry.pattern,
      schema: entry.schema,
      waitTimeoutMs: call.waitTimeoutMs,
      load: call.load,
      store: async ({ value, loadMs, fence }) => {
        const tags = this.#loadedTags(entry, value);
        if (tags === 'unusable') return;
        await this.#write(entry, { value, tags, loadMs, isOutdated: () => fence.isOutdated(tags) });
      },
    });
  }

  /** Stores a value now; a load of the key under way is not stored after it. Throws `tooManyTags` and `invalidValue`. */
  async set<Value>(entry: CoreEntry<Value>, value: Value): Promise<WriteResult> {
    const tags = entry.tagsOf === null ? null : checkTags(entry.tagsOf(value), this.settings.maxTagsPerEntry);
    const checked = await entry.schema?.['~standard'].validate(value);
    if (checked?.issues !== undefined) {
      throw new CacheError('invalidValue', 'The value does not fit the schema of its family.', {
        key: entry.key,
      });
    }
    this.#flights.invalidateKey(entry.key);
    const write = {
      value: checked === undefined ? value : checked.value,
      tags,
      loadMs: 0,
      isOutdated: () => false,
    };
    const result = await this.#write(entry, write);
    this.#flights.invalidateKey(entry.key);
    return result;
  }

  /** Loads under way are kept out on both sides: those begun before may be old, and those begun meanwhile may have read old. */
  async delete(key: string): Promise<InvalidationResult> {
    this.#flights.invalidateKey(key);
    const result = await this.#track(deleteEntry(this.#invalidation(), key));
    this.#flights.invalidateKey(key);
    return result;
  }

  async invalidateTags(tags: readonly string[]): Promise<InvalidationResult> {
    for (const tag of tags) checkTag(tag);
    this.#flights.invalidateTags(tags);
    let removedCount = 0;
    let failed: InvalidationResult | null = null;
    for (const tag of new Set(tags)) {
      const result = await this.#track(invalidateTag(this.#invalidation(), tag));
      removedCount += result.removedCount;
      if (result.state === 'failed') failed = result;
    }
    this.#flights.invalidateTags(tags);
    return failed === null ? { state: 'done', removedCount } : { ...failed, removedCount };
  }

  /** Waits for what is being stored, tells loaders to stop, and goes without Redis from then on. */
  async close(): Promise<void> {
    this.#closing.abort();
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
    this.#transport.close();
  }

  async #write<Value>(
    entry: CoreEntry<Value>,
    write: Pick<EntryToWrite, 'tags' | 'loadMs' | 'isOutdated'> & { readonly value: Value },
  ): Promise<WriteResult> {
    let payload: Uint8Array;
    try {
      payload = this.settings.serialiser.encode(write.value);
    } catch (error) {
      this.events.emit('fallback', { operation: 'set', code: 'unserialisable', error });
      return { state: 'failed', code: 'unserialisable' };
    }
    const { key, pattern, ttlSeconds, jitterRatio } = entry;
    const around = { transport: this.#transport, events: this.events, ...this.settings };
    const result = await this.#track(
      writeEntry(around, { key, pattern, ttlSeconds, jitterRatio, payload, ...write }),
    );
    if (result.state === 'stored') void this.#track(tidyTagsSometimes(around, write.tags ?? []));
    return result;
  }

  /** A tag rule that fails on one value must not fail the read of it: the value is handed on, not stored, and counted. */
  #loadedTags<Value>(entry: CoreEntry<Value>, value: Value): readonly string[] | null | 'unusable' {
    if (entry.tagsOf === null) return null;
    try {
      return checkTags(entry.tagsOf(value), this.settings.maxTagsPerEntry);
    } catch (error) {
      const code = error instanceof CacheError && error.code === 'tooManyTags' ? 'tooManyTags' : 'tagsFailed';
      this.events.emit('fallback', { operation: 'set', code, error });
      return 'unusable';
    }
  }

  #invalidation(): InvalidationSurroundings {
    const { prefix } = this.settings;
    const patternOf = (key: string): string => this.patterns.ofKey(key);
    return { transport: this.#transport, events: this.events, prefix, patternOf };
  }

  #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#pending.add(work);
    return work.finally(() => this.#pending.delete(work));
  }
}

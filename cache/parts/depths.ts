import type { CacheCore } from '#cache/cacheCore.ts';
import type { DeclaredEvents } from '#cache/eventBus/declaredEvents.ts';
import type { DeadLetterState, WriteBehindState } from '#cache/metrics/cacheState.ts';
import type { WriteBehindSnapshot } from '#cache/writeBehind/outflow.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';

/** What waits in Redis for the source or for an operator. */
export interface Depths {
  readonly writeBehind: readonly WriteBehindState[];
  readonly deadLetters: readonly DeadLetterState[];
}

export interface DepthSources {
  readonly core: CacheCore;
  readonly outflows: ReadonlyMap<string, { snapshot(): Promise<WriteBehindSnapshot | null> }>;
  readonly events: DeclaredEvents | null;
}

/** Older than that is asked for again by who looks, ms. */
const FRESH_MS = 5_000;

/**
 * How deep the queues in Redis are. Metrics are read at once and must cost Redis nothing, so they show what was last read; a look
 * that finds it old has it read again for the next one. Nobody looks, nothing is read.
 */
export class DepthWatch {
  readonly #sources: DepthSources;
  #last: Depths;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(sources: DepthSources) {
    this.#sources = sources;
    this.#last = { writeBehind: [], deadLetters: [] };
  }

  get last(): Depths {
    if (this.#sources.core.settings.clock() - this.#readAtMs > FRESH_MS) void this.read();
    return this.#last;
  }

  /** Reads them now; joins the reading under way. Never rejects. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { core, outflows, events } = this.#sources;
    const nowMs = core.settings.clock();
    const writeBehind: WriteBehindState[] = [];
    const deadLetters = [await this.#invalidationLetters()];
    for (const [family, outflow] of outflows) {
      const depth = await outflow.snapshot();
      const readAtMs = core.settings.clock();
      const ageMs = depth?.oldestAgeMs ?? null;
      writeBehind.push({
        family,
        queuedCount: depth?.queuedCount ?? null,
        oldestAtMs: ageMs === null ? null : readAtMs - ageMs,
        readAtMs,
      });
      deadLetters.push({ queue: family, count: depth?.deadLetterCount ?? null, stream: null });
    }
    if (events !== null) {
      const count = await eventLetterCount(events);
      deadLetters.push({ queue: 'events', count, stream: events.stream });
    }
    this.#last = { writeBehind, deadLetters };
    this.#readAtMs = nowMs;
  }

  async #invalidationLetters(): Promise<DeadLetterState> {
    const { transport, settings } = this.#sources.core;
    const stream = ownKeyName(settings.prefix, 'dead-letters:invalidations');
    const length = await transport.run((redis) => redis.xlen(stream));
    return { queue: 'invalidations', count: length.isDone ? length.reply : null, stream: null };
  }
}

/** Null = unknown: a bus of the service's own may fail as it likes. */
async function eventLetterCount(events: DeclaredEvents): Promise<number | null> {
  try {
    const { subscription } = await events.snapshot();
    return subscription?.deadLetterCount ?? null;
  } catch {
    return null;
  }
}

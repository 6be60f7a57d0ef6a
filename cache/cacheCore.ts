import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { invalidationChannel } from '#shared/control/invalidationMessage.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';
import type { Settings } from './cacheOptions.ts';
import type { EntryStore } from './entries/entryStore.ts';
import { openEntryStore } from './entries/openEntryStore.ts';
import { Broadcaster } from './invalidate/broadcaster.ts';
import type { Invalidation, InvalidationResult } from './invalidate/invalidation.ts';
import { Invalidator } from './invalidate/invalidator.ts';
import { RetryQueue } from './invalidate/retryQueue.ts';
import { type TidySurroundings, tidyTagsSometimes } from './invalidate/tagTidier.ts';
import { Versions } from './invalidate/versions.ts';
import type { PatternNames } from './keys/patternNames.ts';
import type { Request } from './keys/policy.ts';
import { Coherence } from './memory/coherence.ts';
import { connectSubscriber } from './memory/connectSubscriber.ts';
import { HeldInMemory } from './memory/heldInMemory.ts';
import { CacheEvents } from './metrics/cacheEvents.ts';
import { RefusedWrites } from './metrics/refusedWrites.ts';
import { type CacheSpan, prepareSpans, type SpanShapes, traced } from './metrics/traced.ts';
import { LoadsUnderWay } from './read/loadsUnderWay.ts';
import { lookUp } from './read/lookUp.ts';
import type { ReadSurroundings } from './read/readSurroundings.ts';
import { RecentFailures } from './read/refresh/recentFailures.ts';
import { SourceGuard } from './read/sourceGuard.ts';
import { Bulkhead } from './resilience/bulkhead.ts';
import { CircuitBreaker } from './resilience/circuitBreaker.ts';
import { CloseBound } from './resilience/closeBound.ts';
import { SurgeLimit } from './resilience/surgeLimit.ts';
import { ReadBatcher } from './store/readBatcher.ts';
import { RedisTransport } from './store/redisTransport.ts';
import { setEntry } from './write/setEntry.ts';
import type { WriteResult, WriteSurroundings } from './write/storeWritten.ts';

/** One read path, one write path, one invalidation path; families and plain calls are forms of it. */
export class CacheCore {
  readonly events = new CacheEvents();
  readonly settings: Settings;
  readonly patterns: PatternNames;
  readonly transport: RedisTransport;
  readonly entries: EntryStore;
  readonly refusedWrites: RefusedWrites;
  readonly breaker: CircuitBreaker;
  readonly bulkhead: Bulkhead;
  readonly surge: SurgeLimit | null;
  readonly memory: HeldInMemory;
  readonly coherence: Coherence;
  readonly versions: Versions;
  readonly retries: RetryQueue;
  readonly invalidator: Invalidator;
  readonly reading: ReadSurroundings;
  readonly writing: WriteSurroundings;
  /** Told of every look-up that Redis answered with a fresh entry; null = nobody wants to know. */
  hitListener: ((request: Request<unknown>) => void) | null = null;
  /** Other than that of any other cache, also in one process. */
  readonly instance: string;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(settings: Settings, patterns: PatternNames) {
    const { prefix, clock, random, serialiser } = settings;
    this.settings = settings;
    this.patterns = patterns;
    this.refusedWrites = new RefusedWrites(this.events, clock);
    this.breaker = new CircuitBreaker({ ...settings.breaker, clock, random });
    this.bulkhead = new Bulkhead(settings.loads);
    this.surge = settings.surge === null ? null : new SurgeLimit({ ...settings.surge, clock });
    this.transport = new RedisTransport({ ...settings, gate: this.breaker });
    this.entries = openEntryStore(this.transport, prefix);
    this.instance = uniqueName(settings.instance);
    const { events, transport, entries, instance } = this;
    const upkeep = { transport, entries, events, prefix, instance, clock, random };
    const loads = new LoadsUnderWay();
    this.coherence = this.#openCoherence(instance);
    this.memory = new HeldInMemory(settings, { coherence: this.coherence, events, clock });
    this.versions = new Versions({
      ...upkeep,
      versionTtlMs: VERSION_TTL_MS,
      session: () => this.coherence.session,
    });
    const broadcaster = new Broadcaster(upkeep);
    this.retries = new RetryQueue({
      ...upkeep,
      options: settings.retry,
      apply: async (invalidation) => (await this.invalidator.apply(invalidation)).failed?.code ?? null,
    });
    const { memory, versions } = this;
    const patternOf = (key: string): string => patterns.ofKey(key);
    this.invalidator = new Invalidator(
      {
        ...{ ...upkeep, patternOf, memory, loads, versions, broadcaster },
        track: (work) => void this.track(work),
      },
      this.retries,
    );
    const guard = this.#openGuard();
    const refreshes = new Bulkhead({ maxConcurrentCount: settings.maxRefreshCount, maxWaitingCount: 0 });
    this.reading = {
      ...upkeep,
      ...{
        serialiser,
        loads,
        memory,
        guard,
        refreshes,
        refreshing: new Set<string>(),
        failures: new RecentFailures(clock),
      },
      ...{ reads: new ReadBatcher(this.transport), pause: pauseWithoutHold },
      tellHit: (request) => this.hitListener?.(request),
      ...{ queued: this.retries, refusedWrites: this.refusedWrites },
      track: (work) => void this.track(work),
    };
    this.writing = { ...upkeep, serialiser, invalidator: this.invalidator, broadcaster };
    this.#tidyTags(upkeep);
    this.#watchBreaker();
  }

  /** Begins to hear the other instances, where there is an L1 that depends on it. */
  start(): void {
    if (this.settings.l1 !== null) this.coherence.start();
  }

  /** Aborted by `close()`. */
  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Whether the invalidations of the other instances arrive; null = there is no L1 that depends on it. */
  get coherenceState(): 'live' | 'lost' | null {
    if (this.settings.l1 === null) return null;
    return this.coherence.session === null ? 'lost' : 'live';
  }

  lookUp<Value>(request: Request<Value>): Promise<Value> {
    if (this.settings.tracer === null) return lookUp(this.reading, request);
    return this.#traced('get', request.policy.pattern, (span) =>
      lookUp(this.reading, request, { tell: (result) => void span?.setAttribute('cache.result', result) }),
    );
  }

  set<Value>(request: Request<Value>, value: Value): Promise<WriteResult> {
    return this.track(
      this.#traced('set', request.policy.pattern, async (span) => {
        const result = await setEntry(this.writing, request, value);
        span?.setAttribute('cache.result', result.state);
        return result;
      }),
    );
  }

  invalidate(invalidation: Invalidation): Promise<InvalidationResult> {
    const { kind, target } = invalidation;
    const pattern = kind === 'key' ? this.patterns.ofKey(target) : OTHER_PATTERN;
    return this.track(
      this.#traced('invalidate', pattern, async (span) => {
        const result = await this.invalidator.invalidate(invalidation);
        span?.setAttribute('cache.result', result.state);
        return result;
      }),
    );
  }

  #traced<Result>(
    name: keyof SpanShapes,
    pattern: string,
    work: (span: CacheSpan | null) => Promise<Result>,
  ): Promise<Result> {
    const { tracer, service } = this.settings;
    if (tracer === null) return work(null);
    return traced(tracer, prepareSpans(service, pattern)[name], work);
  }

  /** Keeps `close` waiting until the work has ended. */
  track<Result>(work: Promise<Result>): Promise<Result> {
    this.#pending.add(work);
    const forget = (): void => void this.#pending.delete(work);
    work.then(forget, forget);
    return work;
  }

  /**
   * Tells loaders to stop, waits for what is being stored and for one last try of what waits, and goes without Redis from then
   * on. Returns how many invalidations are lost with the process. Waits no longer than the bound, of which half is for the try.
   */
  async close(
    bound = new CloseBound(this.settings.closeTimeoutMs),
  ): Promise<{ readonly lostInvalidationCount: number }> {
    this.#closing.abort();
    this.coherence.stop();
    await bound.within('loads', this.#settle(), 0.5);
    const lostCount = await bound.within('invalidations', this.retries.close());
    this.transport.close();
    return { lostInvalidationCount: lostCount ?? this.retries.queuedCount };
  }

  async #settle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  #tidyTags(upkeep: Omit<TidySurroundings, 'maxMembersPerTag'>): void {
    const { maxMembersPerTag } = this.settings;
    this.events.on('stored', ({ tags }) => {
      if (tags.length > 0) void this.track(tidyTagsSometimes({ ...upkeep, maxMembersPerTag }, tags));
    });
  }

  #openGuard(): SourceGuard {
    const { bulkhead, surge, events } = this;
    const { tracer, service } = this.settings;
    return new SourceGuard({ bulkhead, surge, events, tracer, service, closing: this.#closing.signal });
  }

  #openCoherence(instance: string): Coherence {
    const { redis, prefix, heartbeatMs, clock, random } = this.settings;
    return new Coherence({
      channel: invalidationChannel(prefix),
      instance,
      heartbeatMs,
      clock,
      events: this.events,
      connect: () => connectSubscriber(redis, random),
      onMessage: (message) => this.invalidator.hear(message),
    });
  }

  /** What changes when Redis goes and comes back: invalidations that waited come first, then what was kept instead of it goes. */
  #watchBreaker(): void {
    this.breaker.onTransition((transition) => {
      this.events.emit('breaker', transition);
      if (transition.to === 'open' || transition.to === 'forcedOpen') this.surge?.begin();
      if (transition.to !== 'closed' && transition.to !== 'disabled') return;
      this.surge?.end();
      void this.track(this.retries.run().finally(() => this.memory.clearFallback()));
    });
  }
}

/** A wait that does not keep the process alive. */
function pauseWithoutHold(ms: number): Promise<void> {
  return pause(ms, undefined, { ref: false });
}

/** Another than that of the metrics, which may be the same in two caches of one process. */
function uniqueName(instance: string): string {
  return `${instance}-${randomBytes(4).toString('hex')}`;
}

/** Without the invalidations of the others, a raised version is seen by an instance within this time, ms. */
const VERSION_TTL_MS = 1_000;

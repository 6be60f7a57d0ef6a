import { CacheError } from '#cache/cacheError.ts';
import { type CommandHandler, commandHandler } from '#cache/control/commandHandler.ts';
import type { BoundFamilies } from '#cache/families/familyCalls.ts';
import { unknownFamily } from '#cache/families/unknownFamily.ts';
import type { Families } from '#cache/keys/family.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { Numbers } from '#cache/metrics/prepareSnapshot.ts';
import type { WriteRefusal } from '#cache/metrics/refusedWrites.ts';
import type { BreakerSnapshot } from '#cache/resilience/circuitBreaker.ts';
import type { CacheParts, ClosedCache } from './cacheParts.ts';

/** How a cache stands, for a health endpoint: a cache without its Redis is slower, and its service is up all the same. */
export interface CacheHealth {
  /** `up`: Redis is used. `degraded`: it is left alone or probed, refuses writes, or what it did not confirm still waits. */
  readonly state: 'up' | 'degraded';
  readonly breaker: BreakerSnapshot;
  /** Why Redis refused writes in the last 10 s; null = it refused none. */
  readonly refusedWrites: WriteRefusal | null;
  /** Whether the invalidations of the other instances arrive; null = there is no L1 that depends on it. */
  readonly coherence: 'live' | 'lost' | null;
  /** Invalidations that Redis has not confirmed yet. */
  readonly queuedInvalidationCount: number;
  /** Loads under way, and those that wait for a place. */
  readonly loads: { readonly activeCount: number; readonly waitingCount: number };
}

/** The calls about the cache as a whole. */
export interface OverallCalls {
  /** A family by a name known only at run time. Throws `unknownFamily`. */
  family(name: string): BoundFamilies<Families>[string];
  /** The metrics in Prometheus' text format. Depths of queues in Redis are those last read, at most one scrape ago. */
  metrics(): Promise<string>;
  /** The same numbers as one object, without keys, tags or values: for services without a port to scrape. */
  snapshot(): Numbers;
  /** From memory, without a command to Redis. */
  health(): CacheHealth;
  /**
   * Takes commands over HTTP while Redis is away; mount it at `announce.controlUrl`, before any parser of bodies. Throws
   * `badOptions` without `control.secret`.
   */
  commandHandler(): CommandHandler;
  /** Tells what the metrics are counted from; returns the function that ends the listening. */
  on: CacheEvents['on'];
  /**
   * Stops taking work, flushes what is written behind, and tries once more what Redis has not confirmed: within `closeTimeoutMs`
   * in all, and what that cut off is told as `unfinished`. From then on calls go straight to their loaders; the client that was
   * handed in stays open.
   */
  close(): Promise<ClosedCache>;
}

export function overallCalls(parts: CacheParts, families: BoundFamilies<Families>): OverallCalls {
  const { core, metrics } = parts;
  return {
    family: (name) => {
      const found = Object.hasOwn(families, name) ? families[name] : undefined;
      if (found !== undefined) return found;
      throw unknownFamily(name, Object.keys(families));
    },
    metrics: () => core.settings.registry.metrics(),
    snapshot: () => metrics.snapshot(),
    health: () => {
      const breaker = core.breaker.snapshot(core.settings.clock());
      const { activeCount, waitingCount } = core.bulkhead.snapshot();
      const queuedInvalidationCount = core.retries.queuedCount;
      const isUsed = breaker.state === 'closed' || breaker.state === 'disabled';
      const refusedWrites = core.refusedWrites.reason;
      const isConfirmed = queuedInvalidationCount === 0 && refusedWrites === null;
      const isUp = isUsed && isConfirmed && core.coherenceState !== 'lost';
      return {
        state: isUp ? 'up' : 'degraded',
        breaker,
        refusedWrites,
        coherence: core.coherenceState,
        queuedInvalidationCount,
        loads: { activeCount, waitingCount },
      };
    },
    commandHandler: () => {
      if (parts.commandPort !== null) return commandHandler(parts.commandPort);
      throw new CacheError('badOptions', 'commandHandler() needs control.secret, which signs the commands.');
    },
    on: (name, listener) => core.events.on(name, listener),
    close: () => parts.close(),
  };
}

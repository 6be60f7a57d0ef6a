import { describe, expect, it } from 'vitest';
import type { CacheState } from '#cache/metrics/cacheState.ts';
import { metricNames } from '#shared/metricNames.ts';
import { calmState, recordEvents } from './recordEvents.ts';

/** The lines of one metric, without its owner. */
async function linesOf(state: CacheState, name: string): Promise<string[]> {
  const page = await recordEvents({ readState: () => state }).metrics();
  return page
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .map((line) => line.slice(name.length).replace(/^\{(cache|name)="shop",?/, '{'));
}

describe('the breaker', () => {
  it.each([
    ['closed', 'closed'],
    ['open', 'open'],
    ['halfOpen', 'half_open'],
    ['forcedOpen', 'forced_open'],
    ['disabled', 'disabled'],
  ] as const)('that is %s shows all six states, of which %s is 1', async (state, shown) => {
    const lines = await linesOf(
      { ...calmState, breaker: { ...calmState.breaker, state } },
      metricNames.breakerState,
    );
    const names = ['closed', 'open', 'half_open', 'forced_open', 'disabled', 'metrics_only'];
    expect(lines.sort()).toEqual(names.map((name) => `{state="${name}"} ${name === shown ? 1 : 0}`).sort());
  });

  it('without calls has no rates', async () => {
    expect(await linesOf(calmState, metricNames.breakerFailureRate)).toEqual([]);
    expect(await linesOf(calmState, metricNames.breakerSlowCallRate)).toEqual([]);
  });

  it('with calls shows how many failed or were slow', async () => {
    const breaker = { ...calmState.breaker, callCount: 40, failureRatio: 0.25, slowCallRatio: 0 };
    const state = { ...calmState, breaker };
    expect(await linesOf(state, metricNames.breakerFailureRate)).toEqual(['{} 25']);
    expect(await linesOf(state, metricNames.breakerSlowCallRate)).toEqual(['{} 0']);
    expect(await linesOf(state, metricNames.breakerCalls)).toEqual([
      '{kind="successful"} 30',
      '{kind="failed"} 10',
    ]);
  });

  it('shows from where on it opens, but no bound that is off, and since when it is as it is', async () => {
    const state = { ...calmState, breaker: { ...calmState.breaker, enteredAtMs: 1_500 } };
    expect(await linesOf(state, metricNames.breakerFailureRateThreshold)).toEqual(['{} 50']);
    expect(await linesOf(state, metricNames.breakerSlowCallRateThreshold)).toEqual([]);
    expect(await linesOf(state, metricNames.breakerMinimumCalls)).toEqual(['{} 20']);
    expect(await linesOf(state, metricNames.breakerStateSince)).toEqual(['{} 1.5']);
    expect(await linesOf(state, metricNames.startTime)).toEqual(['{} 100']);
  });

  it('counts what it did not permit', async () => {
    const state = { ...calmState, breaker: { ...calmState.breaker, notPermittedCount: 9 } };
    expect(await linesOf(state, metricNames.breakerNotPermitted)).toEqual(['{kind="not_permitted"} 9']);
  });
});

describe('what is unknown or off', () => {
  it('has no series', async () => {
    const state: CacheState = {
      ...calmState,
      memory: { l1: null, fallback: null },
      coherence: null,
      writeBehind: [{ family: 'stock', queuedCount: null, oldestAtMs: null, readAtMs: 99_900 }],
      deadLetters: [{ queue: 'events', count: null, stream: 'orders' }],
    };
    for (const name of [
      metricNames.size,
      metricNames.maxSizeBytes,
      metricNames.coherenceState,
      metricNames.surgeLimiting,
      metricNames.retriesOldestAge,
      metricNames.writeBehindQueued,
      metricNames.writeBehindOldestAge,
      metricNames.deadLetters,
    ]) {
      expect(await linesOf(state, name), name).toEqual([]);
    }
    const page = await recordEvents().metrics();
    expect(page).not.toMatch(new RegExp(`^${metricNames.breakerState}\\{`, 'm'));
  });
});

describe('what is known', () => {
  it('shows how much is held and may be held', async () => {
    expect(await linesOf(calmState, metricNames.size)).toEqual(['{layer="l1"} 3', '{layer="memory"} 0']);
    expect(await linesOf(calmState, metricNames.sizeBytes)).toEqual([
      '{layer="l1"} 1200',
      '{layer="memory"} 0',
    ]);
    expect(await linesOf(calmState, metricNames.maxSize)).toContain('{layer="l1"} 10000');
    expect(await linesOf(calmState, metricNames.maxSizeBytes)).toContain('{layer="memory"} 16000');
  });

  it('shows how much waits, and for how long', async () => {
    const state: CacheState = {
      ...calmState,
      surge: { isLimiting: true, usualPerSecond: 1, limitPerSecond: 2, refusedCount: 0 },
      coherence: 'lost',
      refusedWrites: 'readOnly',
      retries: { queuedCount: 4, oldestAtMs: 70_000 },
      writeBehind: [{ family: 'stock', queuedCount: 8, oldestAtMs: 99_500, readAtMs: 99_900 }],
      deadLetters: [
        { queue: 'events', count: 2, stream: 'orders' },
        { queue: 'stock', count: 1, stream: null },
      ],
    };
    expect(await linesOf(state, metricNames.loadsActive)).toEqual(['{} 2']);
    expect(await linesOf(state, metricNames.loadsWaiting)).toEqual(['{} 1']);
    expect(await linesOf(state, metricNames.surgeLimiting)).toEqual(['{} 1']);
    expect(await linesOf(state, metricNames.coherenceState)).toEqual([
      '{state="live"} 0',
      '{state="lost"} 1',
    ]);
    expect(await linesOf(state, metricNames.writesRefused)).toEqual([
      '{reason="outOfMemory"} 0',
      '{reason="readOnly"} 1',
    ]);
    expect(await linesOf(state, metricNames.retriesQueued)).toEqual(['{} 4']);
    expect(await linesOf(state, metricNames.retriesOldestAge)).toEqual(['{} 30']);
    expect(await linesOf(state, metricNames.writeBehindQueued)).toEqual(['{family="stock"} 8']);
    expect(await linesOf(state, metricNames.writeBehindOldestAge)).toEqual(['{family="stock"} 0.4']);
    expect(await linesOf(state, metricNames.deadLetters)).toEqual([
      '{queue="events",stream="orders"} 2',
      '{queue="stock",stream=""} 1',
    ]);
  });
});

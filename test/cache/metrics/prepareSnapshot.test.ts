import { describe, expect, it } from 'vitest';
import type { CacheState } from '#cache/metrics/cacheState.ts';
import { parseInstanceSnapshot } from '#shared/control/instanceSnapshot.ts';
import { metricNames } from '#shared/metricNames.ts';
import { calmState, recordEvents } from './recordEvents.ts';

const pattern = 'shop:product:{id}';

describe('a snapshot', () => {
  it('holds the traffic of each pattern as the metrics show it', () => {
    const { events, recorder } = recordEvents();
    events.emit('lookup', { pattern, result: 'hit' });
    events.emit('lookup', { pattern, result: 'miss' });
    events.emit('lookup', { pattern, result: 'miss' });
    events.emit('loaded', { pattern, result: 'success', durationMs: 12.2 });
    events.emit('loaded', { pattern, result: 'failure', durationMs: 30 });
    events.emit('stored', { pattern, ttlSeconds: 10, tags: ['secret-tag'] });
    expect(recorder.snapshot()).toMatchObject({
      v: 1,
      service: 'shop',
      instance: 'i1',
      version: '1',
      atMs: 100_000,
      patterns: [{ pattern, hits: 1, misses: 2, loads: 2, loadFailures: 1, loadMs: 42, puts: 1 }],
      state: null,
    });
  });

  it('holds all other counts that are not 0, by the names of the metrics, and what was missed and replayed also at 0', () => {
    const { events, recorder } = recordEvents();
    events.emit('retry', { state: 'queued', source: 'tag', reason: 'timeout' });
    events.emit('writeBehind', { family: 'stock', state: 'flushed', count: 5 });
    events.emit('event', { event: 'priceChanged', state: 'applied', count: 1, lagMs: 20, fanOut: 3 });
    events.emit('fallback', { operation: 'get', code: 'timeout', error: new Error('secret') });
    const { counts, lags } = recorder.snapshot();
    expect(counts).toEqual([
      { name: metricNames.errors, labels: ['get', 'timeout'], count: 1 },
      { name: metricNames.retries, labels: ['tag', 'queued'], count: 1 },
      { name: metricNames.broadcasts, labels: ['missed'], count: 0 },
      { name: metricNames.broadcasts, labels: ['duplicate'], count: 0 },
      { name: metricNames.writeBehind, labels: ['stock', 'flushed'], count: 5 },
      { name: metricNames.events, labels: ['priceChanged', 'replayed'], count: 0 },
      { name: metricNames.events, labels: ['priceChanged', 'applied'], count: 1 },
      { name: metricNames.eventFanOut, labels: ['priceChanged'], count: 3 },
    ]);
    expect(lags).toEqual([{ event: 'priceChanged', count: 1, totalMs: 20 }]);
  });

  it('lists warmers that are declared, and how far those are that ran', () => {
    const state = { ...calmState, warmers: ['top', 'all'] };
    const { events, recorder } = recordEvents({ readState: () => state });
    events.emit('warm', { warmer: 'top', state: 'progressed', doneCount: 3, plannedCount: 9, reason: '' });
    expect(recorder.snapshot().warmers).toEqual([
      { warmer: 'all', state: 'idle', doneCount: 0, plannedCount: 0, atMs: null },
      { warmer: 'top', state: 'progressed', doneCount: 3, plannedCount: 9, atMs: 100_000 },
    ]);
  });

  it('is read back as it was written, with every layer and queue', () => {
    const state: CacheState = {
      ...calmState,
      breaker: {
        ...{ state: 'open', enteredAtMs: 90_000, callCount: 20, failureRatio: 0.5, slowCallRatio: 0 },
        ...{ notPermittedCount: 3, nextProbeAtMs: 101_000, thresholds: calmState.breaker.thresholds },
      },
      surge: { isLimiting: false, usualPerSecond: null, limitPerSecond: 10, refusedCount: 0 },
      retries: { queuedCount: 2, oldestAtMs: 99_000 },
      writeBehind: [{ family: 'stock', queuedCount: null, oldestAtMs: null, readAtMs: 99_900 }],
      deadLetters: [{ queue: 'events', count: 1, stream: 'orders' }],
    };
    const { events, recorder } = recordEvents({ readState: () => state });
    events.emit('lookup', { pattern, result: 'hit' });
    const snapshot = {
      ...recorder.snapshot(),
      everyMs: 5_000,
      metricsUrl: null,
      takesCommands: null,
      controlUrl: null,
    };
    expect(parseInstanceSnapshot(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(snapshot.state?.breaker.thresholds).toEqual({
      ...{ failureRatio: 0.5, slowCallRatio: null, minimumCallCount: 20 },
    });
  });

  it('holds neither keys, nor tags, nor messages of errors', () => {
    const { events, recorder } = recordEvents({ readState: () => calmState });
    events.emit('scopeViolation', { pattern, key: 'shop:product:secret' });
    events.emit('stored', { pattern, ttlSeconds: 10, tags: ['secret'] });
    events.emit('fallback', { operation: 'get', code: 'refused', error: new Error('secret') });
    events.emit('retry', { state: 'queued', source: 'key', reason: 'secret' });
    events.emit('warm', { warmer: 'top', state: 'failed', doneCount: 0, plannedCount: 0, reason: 'secret' });
    expect(JSON.stringify(recorder.snapshot())).not.toContain('secret');
  });
});

import { describe, expect, it } from 'vitest';
import { parseExposition } from '#server/sources/parseExposition.ts';
import { announcedSamples } from '#server/sources/services/invalidation/announcedSamples.ts';
import { parseInvalidation } from '#server/sources/services/invalidation/parseInvalidation.ts';
import { bucketQuantile, FAN_OUT_BOUNDS, LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import { calmState, type Recorded, recordEvents } from '#test/cache/metrics/recordEvents.ts';

const event = { event: 'priceChanged', count: 1, lagMs: null, fanOut: 0 } as const;

/** A cache that did some of everything; its retries and letters wait. */
function busy(): Recorded {
  const retries = { queuedCount: 2, oldestAtMs: 90_000 };
  const deadLetters = [
    { queue: 'events', count: 3, stream: 'orders' },
    { queue: 'stock', count: null, stream: null },
  ];
  const recorded = recordEvents({ readState: () => ({ ...calmState, retries, deadLetters }) });
  const { events } = recorded;
  events.emit('invalidated', { source: 'tag' });
  events.emit('removed', { pattern: 'shop:product:{id}', source: 'tag', count: 12 });
  events.emit('stored', { pattern: 'shop:product:{id}', ttlSeconds: 60, tags: [] });
  events.emit('broadcast', { direction: 'sent', count: 4 });
  events.emit('broadcast', { direction: 'missed', count: 2 });
  events.emit('coherence', { state: 'lost', reason: 'the connection closed' });
  events.emit('evicted', { layer: 'l1', cause: 'disconnected', count: 3 });
  events.emit('retry', { state: 'queued', source: 'tag', reason: 'timeout' });
  events.emit('event', { ...event, state: 'published' });
  events.emit('event', { ...event, state: 'applied', lagMs: 20, fanOut: 150 });
  events.emit('event', { ...event, state: 'replayed' });
  events.emit('event', { ...event, state: 'lost', count: 7 });
  events.emit('verified', { pattern: 'a', result: 'drifted', ageMs: 30_000 });
  events.emit('verified', { pattern: 'b', result: 'drifted', ageMs: 20_000 });
  return recorded;
}

const told = {
  tally: {
    counts: {
      asked: { tag: 1, key: 0, event: 0, pattern: 0, version: 0, operator: 0 },
      ...{
        removed: 12,
        stored: 1,
        sent: 4,
        received: 0,
        missed: 2,
        duplicate: 0,
        flushes: 1,
        flushedEntries: 3,
      },
      ...{ retryQueued: 1, retryDone: 0, retryDead: 0, retryDropped: 0 },
    },
    events: [
      {
        ...{
          event: 'priceChanged',
          published: 1,
          applied: 1,
          replayed: 1,
          duplicate: 0,
          failed: 0,
          deadLettered: 0,
          lost: 7,
        },
        ...{ removed: 150, lagCount: 1, lagMs: 20 },
      },
    ],
    verified: [{ result: 'drifted', ageClass: '1m', count: 2 }],
  },
  ...{ coherence: 'live', retriesWaiting: 2, retriesSinceMs: 90_000 },
  deadLetters: [{ queue: 'events', count: 3, stream: 'orders' }],
};

describe('parseInvalidation', () => {
  it('reads a page of the library, with how lags and removals spread', async () => {
    const { samples } = parseExposition(await busy().metrics());
    const read = parseInvalidation(samples, 'shop', 100_000);
    expect(read).toMatchObject(told);
    const [tally] = read.tally.events;
    expect(bucketQuantile(tally?.lagBuckets ?? [], LAG_BOUNDS_SECONDS, 0.95)).toBeCloseTo(0.048);
    expect(bucketQuantile(tally?.fanOutBuckets ?? [], FAN_OUT_BOUNDS, 1)).toBe(200);
  });

  it('reads the same from the snapshot in Redis, where lags have a mean alone', () => {
    const snapshot = {
      ...busy().recorder.snapshot(),
      everyMs: 5_000,
      metricsUrl: null,
      takesCommands: false,
      controlUrl: null,
    };
    const read = parseInvalidation(announcedSamples(snapshot), 'shop', 100_000);
    expect(read).toMatchObject(told);
    expect(read.tally.events).toMatchObject([{ lagBuckets: null, fanOutBuckets: null }]);
  });

  it('does not know what a release that numbers no messages missed', () => {
    const page = 'cache_broadcasts_total{cache="shop",direction="received"} 3\n';
    const { counts } = parseInvalidation(parseExposition(page).samples, 'shop', 0).tally;
    expect(counts).toMatchObject({ received: 3, missed: null, duplicate: null });
  });

  it('does not know what a release that does not tell them apart replayed, and knows of another that it is none', () => {
    const page = 'cache_events_total{cache="shop",event="e",state="applied"} 3\n';
    const { events } = parseInvalidation(parseExposition(page).samples, 'shop', 0).tally;
    expect(events).toMatchObject([{ applied: 3, replayed: null }]);
    const both = parseExposition(`${page}cache_events_total{cache="shop",event="e",state="replayed"} 0\n`);
    expect(parseInvalidation(both.samples, 'shop', 0).tally.events).toMatchObject([{ replayed: 0 }]);
  });

  it('takes no other cache of the page, and no histogram with other bounds', async () => {
    const page = `${await busy().metrics()}
cache_invalidations_total{cache="other",source="tag"} 99
cache_events_total{cache="other",event="e",state="applied"} 1
cache_event_lag_seconds_bucket{cache="other",event="e",le="0.5"} 1
cache_event_lag_seconds_bucket{cache="other",event="e",le="+Inf"} 1
`;
    const { samples } = parseExposition(page);
    expect(parseInvalidation(samples, 'shop', 100_000)).toMatchObject(told);
    const other = parseInvalidation(samples, 'other', 100_000);
    expect(other.tally.counts.asked.tag).toBe(99);
    expect(other.tally.events).toMatchObject([{ event: 'e', lagBuckets: null }]);
    expect(other.coherence).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { InvalidationTrack } from '#server/services/invalidation/invalidationTrack.ts';
import type { InvalidationCounts } from '#shared/services/invalidationCounts.ts';
import { eventWith, tallyWith, toldWith } from './tallies.ts';

function told(change: Partial<InvalidationCounts>) {
  return toldWith({ tally: tallyWith(change) });
}

describe('InvalidationTrack', () => {
  it('tells what was added from reading to reading, each once', () => {
    const track = new InvalidationTrack(told({ sent: 5 }), 1_000);
    track.take(told({ sent: 7 }), 6_000, true);
    track.take(told({ sent: 7, missed: 2 }), 11_000, true);
    expect(track.drain()).toMatchObject([
      { fromMs: 1_000, toMs: 6_000, tally: { counts: { sent: 2, missed: 0 } } },
      { fromMs: 6_000, toMs: 11_000, tally: { counts: { sent: 0, missed: 2 } } },
    ]);
    expect(track.drain()).toEqual([]);
  });

  it('drops the interval over a restart, and over a count that fell', () => {
    const track = new InvalidationTrack(told({ sent: 5 }), 1_000);
    track.take(told({ sent: 90 }), 6_000, false);
    track.take(told({ sent: 3 }), 11_000, true);
    track.take(told({ sent: 3 }), 16_000, true);
    expect(track.drain()).toEqual([]);
    expect(track.reading().recent).toBeNull();
    track.take(told({ sent: 4 }), 21_000, true);
    expect(track.reading().recent).toMatchObject({ windowMs: 5_000, tally: { counts: { sent: 1 } } });
  });

  it('passes over a page that was made before the snapshot that was read last', () => {
    const track = new InvalidationTrack(told({ sent: 5 }), 1_000);
    track.take(told({ sent: 4 }), 6_000, true);
    track.take(told({ sent: 9 }), 11_000, true);
    expect(track.drain()).toMatchObject([{ fromMs: 1_000, toMs: 11_000, tally: { counts: { sent: 4 } } }]);
  });

  it('says nothing of a time in which nobody read it', () => {
    const track = new InvalidationTrack(told({ sent: 5 }), 1_000);
    track.take(told({ sent: 50 }), 61_001, true);
    expect(track.drain()).toEqual([]);
  });

  it('keeps what an older release does not count unknown', () => {
    const track = new InvalidationTrack(told({ missed: null }), 1_000);
    track.take(told({ missed: null, received: 4 }), 6_000, true);
    expect(track.reading().recent?.tally.counts).toMatchObject({ missed: null, received: 4 });
  });

  it('keeps its percentiles over a reading of the snapshot, which has none, and gives them up when no page follows', () => {
    const buckets = (count: number) => [count, ...Array(12).fill(0)];
    const reading = (count: number, lagBuckets: readonly number[] | null) =>
      toldWith({
        tally: tallyWith({}, { events: [eventWith({ applied: count, lagCount: count, lagBuckets })] }),
      });
    const track = new InvalidationTrack(reading(1, buckets(1)), 0);
    track.take(reading(3, buckets(3)), 5_000, true);
    track.take(reading(4, null), 10_000, true);
    const events = () => track.reading().recent?.tally.events;
    expect(events()).toMatchObject([{ applied: 2, lagBuckets: buckets(2) }]);
    track.take(reading(9, buckets(9)), 15_000, true);
    expect(events()).toMatchObject([{ applied: 8, lagBuckets: buckets(8) }]);
    for (let atMs = 20_000; atMs <= 35_000; atMs += 5_000) track.take(reading(10, null), atMs, true);
    expect(events()).toMatchObject([{ applied: 9, lagBuckets: null }]);
  });

  it('tells increments from page to page, so that a snapshot between two costs no percentiles', () => {
    const buckets = (count: number) => [count, ...Array(12).fill(0)];
    const reading = (count: number, lagBuckets: readonly number[] | null) =>
      toldWith({
        tally: tallyWith(
          { sent: count },
          { events: [eventWith({ applied: count, lagCount: count, lagBuckets })] },
        ),
      });
    const track = new InvalidationTrack(reading(1, buckets(1)), 0);
    track.take(reading(3, null), 5_000, true);
    expect(track.drain()).toEqual([]);
    track.take(reading(4, buckets(4)), 10_000, true);
    expect(track.drain()).toMatchObject([
      { fromMs: 0, toMs: 10_000, tally: { counts: { sent: 3 }, events: [{ lagBuckets: buckets(3) }] } },
    ]);
    // When no page follows, what is counted is told without them.
    for (const [count, atMs] of [
      [6, 15_000],
      [7, 25_000],
      [9, 30_000],
    ] as const)
      track.take(reading(count, null), atMs, true);
    expect(track.drain()).toMatchObject([
      { fromMs: 10_000, toMs: 30_000, tally: { counts: { sent: 5 }, events: [{ lagBuckets: null }] } },
    ]);
  });

  it('takes the last minute, with events that came up in it', () => {
    const track = new InvalidationTrack(told({ sent: 0 }), 0);
    for (let atMs = 5_000; atMs <= 100_000; atMs += 5_000)
      track.take(told({ sent: atMs / 1_000 }), atMs, true);
    expect(track.reading().recent).toMatchObject({ windowMs: 60_000, tally: { counts: { sent: 60 } } });
    const tally = tallyWith({ sent: 100 }, { events: [eventWith({ applied: 3, lagCount: 3, lagMs: 30 })] });
    track.take(toldWith({ tally }), 101_000, true);
    expect(track.reading().recent?.tally.events).toMatchObject([{ applied: 3, lagMs: 30 }]);
  });
});

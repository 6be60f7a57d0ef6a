import { describe, expect, it } from 'vitest';
import { prepareTiles } from '#client/features/invalidation/prepareTiles.ts';
import { readInstance } from '#test/server/api/invalidation/readInstances.ts';
import { asked, eventWith, tallyWith } from '#test/server/services/invalidation/tallies.ts';
import { answerOf } from './answers.ts';

describe('prepareTiles', () => {
  it('adds up what was lost on every way', () => {
    const tally = tallyWith({ missed: 2, retryDropped: 1 }, { events: [eventWith({ lost: 4 })] });
    const other = tallyWith({ missed: null });
    const figures = prepareTiles(answerOf([readInstance('a', tally), readInstance('b', other)]));
    expect(figures).toMatchObject({ lostCount: 7, missedCount: 2, lostEventCount: 4, untoldCount: 1 });
  });

  it('does not take what nobody tells for none', () => {
    const once = prepareTiles(answerOf([readInstance('a', null, { retriesWaiting: null })]));
    expect(once).toMatchObject({ lostCount: null, lagMean: null, askedPerSecond: null, letterCount: null });
    expect(once.retriesWaiting).toBeNull();
    const old = prepareTiles(answerOf([readInstance('a', tallyWith({ missed: null }))]));
    expect(old).toMatchObject({ lostCount: 0, missedCount: null });
  });

  it('tells how old the oldest count of letters is', () => {
    const counted = (id: string, queue: string, count: number | null, readAtMs: number) =>
      readInstance(id, tallyWith(), { deadLetters: [{ queue, count, stream: null }], readAtMs });
    const rows = [counted('a', 'events', 3, 9_000), counted('b', 'invalidations', 2, 7_000)];
    expect(prepareTiles(answerOf(rows))).toMatchObject({ letterCount: 5, lettersReadAtMs: 7_000 });
    const unknown = prepareTiles(answerOf([counted('a', 'events', null, 9_000)]));
    expect(unknown).toMatchObject({ letterCount: null, lettersReadAtMs: null });
  });

  it('has percentiles where all tell how lags spread, and else the mean alone', () => {
    const lag = { applied: 2, lagCount: 2, lagMs: 40 };
    const lagBuckets = [0, 0, 0, 2, ...Array(9).fill(0)];
    const told = tallyWith({}, { events: [eventWith({ ...lag, lagBuckets })] });
    expect(prepareTiles(answerOf([readInstance('a', told)]))).toMatchObject({ lagP50: 0.03, lagMean: 0.02 });
    const mean = tallyWith({}, { events: [eventWith(lag)] });
    expect(prepareTiles(answerOf([readInstance('a', told), readInstance('b', mean)]))).toMatchObject({
      ...{ lagP50: null, lagP95: null, lagMean: 0.02, lagCount: 4 },
    });
  });

  it('counts rates over the window of each, and nothing of those that are silent', () => {
    const tally = tallyWith({ asked: asked({ tag: 60 }), removed: 120 });
    const silent = readInstance('b', tally, { silentSinceMs: 1, coherence: 'lost' });
    const figures = prepareTiles(answerOf([readInstance('a', tally), silent]));
    expect(figures).toMatchObject({ askedPerSecond: 1, removedPerSecond: 2, deafCount: 0 });
  });
});

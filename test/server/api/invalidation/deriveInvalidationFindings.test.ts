import { describe, expect, it } from 'vitest';
import { deriveInvalidationFindings } from '#server/api/invalidation/deriveInvalidationFindings.ts';
import { deriveInvalidations } from '#server/api/invalidation/deriveInvalidations.ts';
import { type InvalidationSeries, invalidationMetrics } from '#server/history/invalidationPoint.ts';
import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import { asked, eventWith, tallyWith } from '#test/server/services/invalidation/tallies.ts';
import { readInstance } from './readInstances.ts';

const NOW_MS = 100_000;

function find(instances: readonly InstanceInvalidation[], baseline: InvalidationSeries | null = null) {
  return deriveInvalidationFindings({ ...deriveInvalidations(instances), baseline, nowMs: NOW_MS });
}

function textsOf(...given: Parameters<typeof find>): readonly string[] {
  return find(...given).map(({ rule, severity, text }) => `${rule} ${severity}: ${text}`);
}

/** An hour in which a tag was invalidated so often a minute. */
function hourOf(perMinute: number | null): InvalidationSeries {
  const series = (value: number | null) => ({ fromMs: 0, stepMs: 60_000, values: Array(60).fill(value) });
  const entries = invalidationMetrics.map((metric) => [
    metric,
    series(perMinute === null ? null : metric === 'tag' ? perMinute : 0),
  ]);
  return {
    ...named(Object.fromEntries(entries)),
    coveredMs: series(perMinute === null ? null : 60_000),
    lagBuckets: [],
  };
}

/** The overload says what `fromEntries` does not. */
function named(
  entries: Record<string, InvalidationSeries['tag']>,
): Omit<InvalidationSeries, 'coveredMs' | 'lagBuckets'>;
function named(
  entries: Record<string, InvalidationSeries['tag']>,
): Record<string, InvalidationSeries['tag']> {
  return entries;
}

describe('lost invalidations (R18)', () => {
  it('says nothing of services that hear each other', () => {
    const quiet = tallyWith({ sent: 30, received: 30 });
    expect(find([readInstance('a', quiet), readInstance('b', quiet)], hourOf(30))).toEqual([]);
  });

  it('calls out the one that receives nothing while others send', () => {
    const talking = tallyWith({ sent: 30, received: 30 });
    const found = textsOf([readInstance('a', talking), readInstance('b', tallyWith())]);
    expect(found).toEqual(['R18 critical: b received nothing, while the others sent 30 messages.']);
  });

  it('does not when nobody sent, it keeps nothing in memory, or its readings cover less than half a minute', () => {
    const talking = readInstance('a', tallyWith({ sent: 30, received: 30 }));
    const brief = { recent: { windowMs: 20_000, tally: tallyWith() } };
    expect(find([readInstance('a'), readInstance('b')])).toEqual([]);
    expect(find([talking, readInstance('b', tallyWith(), { coherence: null })])).toEqual([]);
    expect(find([talking, readInstance('b', null, brief)])).toEqual([]);
  });

  it('says of one without a subscription that it serves nothing old', () => {
    const [found] = find([readInstance('b', tallyWith(), { coherence: 'lost' })]);
    expect(found?.text).toBe('b does not hear the invalidations of the others.');
    expect(found?.meaning).toContain('L1 is empty and off');
  });

  it('says once what befell several, with the names of the first', () => {
    const lost = 'abcdef'.split('').map((name) => readInstance(name, tallyWith(), { coherence: 'lost' }));
    expect(textsOf(lost)).toEqual([
      'R18 warning: 6 instances do not hear the invalidations of the others (a, b, c, d and 2 more).',
    ]);
    const tally = (missed: number) => tallyWith({ sent: 30, received: 20, missed });
    const waiting = (sinceMs: number) => ({ retriesWaiting: 2, retriesSinceMs: sinceMs });
    const found = find([
      readInstance('a', tally(3), waiting(NOW_MS - 61_000)),
      readInstance('b', tally(4), waiting(NOW_MS - 90_000)),
    ]);
    expect(found).toMatchObject([
      { text: '4 invalidations of 2 instances wait to be done again (a, b).', sinceMs: NOW_MS - 90_000 },
      { text: '2 instances missed 7 messages in the last minute (a, b).', sinceMs: null },
    ]);
  });

  it('says once that several take a dead subscription to be alive, and not of one that knows', () => {
    const talking = readInstance('a', tallyWith({ sent: 30, received: 30 }));
    const deaf = ['b', 'c'].map((name) => readInstance(name, tallyWith()));
    const knows = readInstance('d', tallyWith(), { coherence: 'lost' });
    expect(textsOf([talking, ...deaf, knows])).toEqual([
      'R18 critical: 2 instances received nothing, while the others sent 30 messages (b, c).',
      'R18 warning: d does not hear the invalidations of the others.',
    ]);
  });

  it('tells of gaps, lost events, given-up retries and old ones, the worst first', () => {
    const events = [eventWith({ lost: 3 })];
    const tally = tallyWith({ missed: 2, retryDropped: 1 }, { events });
    const waiting = { retriesWaiting: 4, retriesSinceMs: NOW_MS - 61_000 };
    expect(textsOf([readInstance('a', tally, waiting)])).toEqual([
      'R18 critical: 3 events were lost in the last minute.',
      'R18 critical: 1 invalidation was given up in the last minute.',
      'R18 warning: 4 invalidations of a wait to be done again.',
      'R18 warning: a missed 2 messages in the last minute.',
    ]);
  });

  it('cannot know gaps of a release that numbers nothing, nor lags of a mean', () => {
    const events = [eventWith({ applied: 100, lagCount: 100, lagMs: 1e6 })];
    expect(find([readInstance('a', tallyWith({ missed: null }, { events }))])).toEqual([]);
  });

  it('says of slow events how late the slowest are', () => {
    const lagBuckets = [90, ...Array(8).fill(0), 10, 0, 0, 0];
    const events = [eventWith({ applied: 100, lagCount: 100, lagBuckets })];
    expect(textsOf([readInstance('a', tallyWith({}, { events }))])).toEqual([
      'R18 warning: One priceChanged in 20 reaches shop later than 5 s.',
    ]);
  });

  it.each([
    ['events', /and replay it\.$/],
    ['invalidations', /and purge what it names\.$/],
    ['stock', /and write it to the source where it is still right\.$/],
  ])('says what is done with dead letters of %s', (queue, meaning) => {
    const found = find([
      readInstance('a', tallyWith(), { deadLetters: [{ queue, count: 1, stream: null }] }),
    ]);
    expect(found).toMatchObject([{ meaning: expect.stringMatching(meaning) }]);
  });

  it('finds dead letters worse while they become more, and none where nobody knows', () => {
    const letters = (count: number | null) => ({ deadLetters: [{ queue: 'events', count, stream: null }] });
    const rising = tallyWith({}, { events: [eventWith({ deadLettered: 1 })] });
    expect(textsOf([readInstance('a', tallyWith(), letters(2))])).toEqual([
      'R18 warning: 2 dead letters of shop (events).',
    ]);
    expect(textsOf([readInstance('a', rising, letters(2))])).toEqual([
      'R18 critical: 2 dead letters of shop (events), and rising.',
    ]);
    expect(find([readInstance('a', tallyWith(), letters(null))])).toEqual([]);
  });
});

describe('a storm (R19)', () => {
  it('is ten times what is usual, and not where nothing is usual yet', () => {
    const storm = [readInstance('a', tallyWith({ asked: asked({ tag: 600 }) }))];
    expect(textsOf(storm, hourOf(30))).toEqual([
      'R19 warning: 10 invalidations a second, where 0.5 are usual.',
    ]);
    expect(find(storm, hourOf(120))).toEqual([]);
    expect(find(storm, hourOf(null))).toEqual([]);
    expect(find(storm, null)).toEqual([]);
  });

  it('is an event that removes a hundred entries at once, and removing half of what is stored', () => {
    const events = [eventWith({ applied: 4, removed: 800 })];
    expect(textsOf([readInstance('a', tallyWith({ removed: 800, stored: 1_000 }, { events }))])).toEqual([
      'R19 warning: 800 entries were removed while 1000 were stored in the last minute.',
      'R19 warning: priceChanged removes 200 entries each time it reaches shop.',
    ]);
    expect(find([readInstance('a', tallyWith({ removed: 40, stored: 50 }))])).toEqual([]);
  });
});

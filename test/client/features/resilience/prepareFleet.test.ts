import { describe, expect, it } from 'vitest';
import { prepareBreakers } from '#client/features/resilience/prepareBreakers.ts';
import { prepareFleet } from '#client/features/resilience/prepareFleet.ts';
import type { ResilienceAnswer } from '#client/features/resilience/resilienceModel.ts';
import { breaker, instance, open } from '#test/support/services/breakerReadings.ts';
import { answer } from './rows.ts';

/** Of the answers. */
const NOW_MS = 100_000;
const fleetOf = (given: ResilienceAnswer) => prepareFleet(prepareBreakers(given), given);

describe('the fleet', () => {
  it('counts what is open, probes included, since the first of them', () => {
    const fleet = fleetOf(
      answer(
        instance('a', open(50_000)),
        instance('b', breaker({ state: 'halfOpen', sinceMs: 80_000, awaySinceMs: 40_000 })),
        instance('c', breaker()),
        instance('d', breaker({ state: null, sinceMs: null })),
      ),
    );
    expect(fleet).toMatchObject({
      ...{ breakerCount: 4, openCount: 2, halfOpenCount: 1, unknownCount: 1, awaySinceMs: 40_000 },
      ...{ instanceCount: 4, silentCount: 0, relief: null },
    });
  });

  it('says nothing while all is well', () => {
    expect(fleetOf(answer(instance('a', breaker()))).notes).toEqual([]);
  });
});

describe('what the strips say', () => {
  it('all of a service open: what the calls died of', () => {
    const [note] = fleetOf(answer(instance('a', open(50_000)), instance('b', open(60_000)))).notes;
    expect(note).toMatchObject({
      ...{ severity: 'critical', sinceMs: 50_000, text: 'All 2 breakers of shop keep calls back.' },
      meaning: 'Calls fail at once: Redis is gone, or refuses them.',
    });
  });

  it('services that lost it in the same way are one, since the first', () => {
    const other = { ...instance('u', { ...open(40_000), name: 'user' }), service: 'user' };
    const { notes } = fleetOf(answer(instance('a', open(50_000)), other));
    expect(notes).toMatchObject([
      { text: 'All 2 breakers of user, shop keep calls back.', severity: 'critical', sinceMs: 40_000 },
    ]);
  });

  it.each([
    [1, 1, 'Redis hangs'],
    [0, 1, 'Redis is busy'],
    [1, 0, 'Redis is gone'],
  ])('%s failed and %s slow: %s', (failed, slow, words) => {
    const [note] = fleetOf(answer(instance('a', open(1, { failed, slow })))).notes;
    expect(note?.meaning).toContain(words);
  });

  it('those of another library: not said to be of Redis', () => {
    const foreign = { ...open(50_000), source: 'opossum' } as const;
    const { notes } = fleetOf(
      answer(instance('a', foreign), instance('b', { ...breaker(), source: 'opossum' })),
    );
    expect(notes[0]?.meaning).toBe(
      'Calls fail at once. Their library does not tell what they guard: Redis, or something else. The others are closed: look at the way between these instances and what they call.',
    );
  });

  it('one that follows others that have just closed: it waits for its probe', () => {
    const closed = breaker({ sinceMs: NOW_MS - 59_000 });
    const meaningOf = (other: ReturnType<typeof breaker>) =>
      fleetOf(answer(instance('a', closed), instance('b', open(50_000)), instance('c', other))).notes[0]
        ?.meaning;
    expect(meaningOf(closed)).toContain('these follow with their next probe');
    expect(meaningOf(breaker({ sinceMs: NOW_MS - 61_000 }))).toContain('look at the way');
    expect(meaningOf(breaker({ sinceMs: null }))).toContain('look at the way');
  });

  it('one that disagrees with the others: look at its way to Redis', () => {
    const [note] = fleetOf(
      answer(instance('a', breaker()), instance('b', open(50_000)), instance('c', breaker())),
    ).notes;
    expect(note).toMatchObject({ severity: 'warning', text: '1 of 3 breakers of shop keeps calls back: b.' });
    expect(note?.meaning).toContain('the way between these instances and Redis');
  });

  it('forced ones apart from those that opened by themselves', () => {
    const { notes } = fleetOf(
      answer(instance('a', breaker({ state: 'forcedOpen', awaySinceMs: 1 })), instance('b', breaker())),
    );
    expect(notes.map(({ text }) => text)).toEqual(['1 of 2 breakers of shop is forced open: a.']);
  });

  it('silent instances are neither open nor closed, and named with the reason', () => {
    const silent = {
      ...instance('a', open(50_000)),
      ...{ silentSinceMs: 70_000, whySilent: 'It cannot be reached (ECONNREFUSED).' },
    };
    const { notes, openCount, unknownCount } = fleetOf(answer(silent, instance('b', breaker())));
    expect([openCount, unknownCount]).toEqual([0, 1]);
    expect(notes).toMatchObject([{ text: '1 instance is silent: a.', sinceMs: 70_000 }]);
    expect(notes[0]?.meaning).toContain('ECONNREFUSED');
  });

  it('a Redis that Cachescope cannot reach either stands first', () => {
    const given = answer(instance('a', open(50_000)));
    const connection = { ...given.connection, state: 'unreachable' as const, sinceMs: 45_000 };
    const { notes } = fleetOf({ ...given, connection });
    expect(notes.map(({ id }) => id)).toEqual(['connection', 'away shop']);
    expect(notes[0]).toMatchObject({ sinceMs: 45_000, severity: 'critical' });
  });
});

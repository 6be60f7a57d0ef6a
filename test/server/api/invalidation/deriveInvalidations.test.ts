import { describe, expect, it } from 'vitest';
import { deriveInvalidations } from '#server/api/invalidation/deriveInvalidations.ts';
import { asked, eventWith, tallyWith } from '#test/server/services/invalidation/tallies.ts';
import { readInstance } from './readInstances.ts';

describe('deriveInvalidations', () => {
  it('expects of each instance what the others of its service sent', () => {
    const { instances } = deriveInvalidations([
      readInstance('a', tallyWith({ sent: 10 })),
      readInstance('b', tallyWith({ sent: 5, received: 10 })),
      readInstance('c', tallyWith({ sent: 90 }), { service: 'orders' }),
    ]);
    expect(instances.map(({ instance, expectedCount }) => [instance, expectedCount])).toEqual([
      ['a', 5],
      ['b', 10],
      ['c', null],
    ]);
  });

  it('expects nothing of one that keeps nothing in memory, nor from those that are silent or were read once', () => {
    const { instances } = deriveInvalidations([
      readInstance('a', tallyWith({ sent: 10 }), { coherence: null }),
      readInstance('b', null),
      readInstance('c', tallyWith({ sent: 10 }), { silentSinceMs: 1 }),
    ]);
    expect(instances.map(({ expectedCount }) => expectedCount)).toEqual([null, 10, 10]);
  });

  it('adds up an event over the instances of a service, with its buckets where all tell them', () => {
    const buckets = (count: number) => [count, ...Array(12).fill(0)];
    const event = (count: number) =>
      eventWith({ applied: count, removed: count * 3, lagCount: count, lagBuckets: buckets(count) });
    const both = [
      readInstance('a', tallyWith({}, { events: [event(2)] })),
      readInstance('b', tallyWith({}, { events: [event(5)] })),
    ];
    expect(deriveInvalidations(both).events).toMatchObject([
      { service: 'shop', recent: { applied: 7, removed: 21, lagBuckets: buckets(7) } },
    ]);
    const other = tallyWith({}, { events: [{ ...event(1), lagBuckets: null }] });
    expect(deriveInvalidations([...both, readInstance('c', other)]).events).toMatchObject([
      { recent: { applied: 8, lagBuckets: null } },
    ]);
  });

  it('adds up what was replayed, and does not know it where one event is of a release that does not count it', () => {
    const of = (...replayed: readonly (number | null)[]) =>
      tallyWith({}, { events: replayed.map((count, at) => eventWith({ event: `e${at}`, replayed: count })) });
    const { instances } = deriveInvalidations([
      readInstance('new', of(2, 1)),
      readInstance('old', of(2, null)),
      readInstance('calm', of()),
    ]);
    expect(instances.map(({ total }) => total.events.replayed)).toEqual([3, null, 0]);
  });

  it('counts what asked, whatever it was', () => {
    const { instances } = deriveInvalidations([
      readInstance('a', tallyWith({ asked: asked({ tag: 2, pattern: 3 }) })),
    ]);
    expect(instances[0]?.recent?.askedCount).toBe(5);
  });

  it('takes the depth of dead letters once a service, of the instance that was read last and knows', () => {
    const { deadLetters } = deriveInvalidations([
      readInstance('a', null, { deadLetters: [{ queue: 'events', count: 3, stream: null }], readAtMs: 1 }),
      readInstance('b', null, { deadLetters: [{ queue: 'events', count: 4, stream: null }], readAtMs: 2 }),
      readInstance('c', null, { deadLetters: [{ queue: 'events', count: null, stream: null }], readAtMs: 3 }),
    ]);
    expect(deadLetters).toEqual([{ service: 'shop', queue: 'events', count: 4, readAtMs: 2 }]);
  });
});

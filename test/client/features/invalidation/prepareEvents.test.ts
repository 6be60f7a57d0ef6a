import { describe, expect, it } from 'vitest';
import { prepareEvents } from '#client/features/invalidation/prepareEvents.ts';
import { eventWith } from '#test/server/services/invalidation/tallies.ts';

const buckets = (at: number, count: number) =>
  Array.from({ length: 13 }, (_, place) => (place === at ? count : 0));

describe('prepareEvents', () => {
  it('puts the events that remove most at once first, and calls a storm one', () => {
    const shown = prepareEvents([
      { service: 'shop', total: eventWith({ event: 'small', applied: 2, removed: 2 }), recent: null },
      { service: 'shop', total: eventWith({ event: 'wide', applied: 2, removed: 400 }), recent: null },
      { service: 'shop', total: eventWith({ event: 'never' }), recent: null },
    ]);
    expect(shown.map(({ event, fanOutMean, isStorm }) => [event, fanOutMean, isStorm])).toEqual([
      ['wide', 200, true],
      ['small', 1, false],
      ['never', null, false],
    ]);
  });

  it('shows the last minute where anything happened in it, and else since the beginning', () => {
    const total = eventWith({ applied: 100, removed: 100, fanOutBuckets: buckets(1, 100) });
    const recent = eventWith({ applied: 4, removed: 40, fanOutBuckets: buckets(4, 4) });
    const [shown] = prepareEvents([{ service: 'shop', total, recent }]);
    expect(shown).toMatchObject({ isRecent: true, applied: 4, fanOutMean: 10, fanOutP95: 9.75 });
    const [idle] = prepareEvents([{ service: 'shop', total, recent: eventWith() }]);
    expect(idle).toMatchObject({ isRecent: false, applied: 100, fanOutMean: 1 });
  });

  it('does not know percentiles of a mean', () => {
    const total = eventWith({ applied: 1, removed: 1, lagCount: 1, lagMs: 500 });
    const [shown] = prepareEvents([{ service: null, total, recent: null }]);
    expect(shown).toMatchObject({ lagMean: 0.5, lagP95: null, fanOutP95: null });
  });
});

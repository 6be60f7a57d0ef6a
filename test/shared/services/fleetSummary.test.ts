import { expect, it } from 'vitest';
import { summariseFleet } from '#shared/services/fleetSummary.ts';
import { breaker, instance, open } from '#test/support/services/breakerReadings.ts';

it('is empty without instances, and calm when all are closed', () => {
  const calm = { awayCount: 0, forcedCount: 0, sinceMs: null, instances: [], cause: '' };
  expect(summariseFleet([])).toEqual({ breakerCount: 0, ...calm });
  expect(summariseFleet([instance('a', breaker()), instance('b', breaker({ state: 'disabled' }))])).toEqual({
    ...{ breakerCount: 2, ...calm },
  });
});

it('counts those that keep calls back, since the first, with what the calls died of', () => {
  expect(
    summariseFleet([
      instance('a', open(20)),
      instance('b', breaker({ ...open(10), state: 'halfOpen' })),
      instance('c', breaker()),
    ]),
  ).toEqual({
    ...{ breakerCount: 3, awayCount: 2, forcedCount: 0, sinceMs: 10, instances: ['a', 'b'] },
    cause: expect.stringContaining('fail at once'),
  });
});

it('takes a forced breaker for no sign of Redis', () => {
  expect(summariseFleet([instance('a', breaker({ state: 'forcedOpen' }))])).toMatchObject({
    ...{ awayCount: 1, forcedCount: 1, cause: '' },
  });
});

it('leaves out who is silent, and states that are not known', () => {
  const silent = { ...instance('a', open(5)), silentSinceMs: 5 };
  expect(
    summariseFleet([
      silent,
      instance('b', breaker({ state: null })),
      { ...instance('c', breaker()), instance: null },
    ]),
  ).toMatchObject({
    ...{ breakerCount: 1, awayCount: 0 },
  });
});

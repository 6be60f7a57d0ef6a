import { expect, it } from 'vitest';
import { summariseFleet } from '#shared/services/fleetSummary.ts';
import { breaker, instance, open } from '#test/support/services/breakerReadings.ts';

it('is empty without instances, and calm when all are closed', () => {
  const calm = { awayCount: 0, forcedCount: 0, sinceMs: null, instances: [], isOfRedis: true, cause: '' };
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
    isOfRedis: true,
    cause: expect.stringContaining('fail at once'),
  });
});

it('does not take breakers of other libraries for those of Redis', () => {
  const ofStripe = { ...open(10), name: 'stripe', source: 'resilience4j' } as const;
  const summary = summariseFleet([instance('a', ofStripe), instance('b', breaker())]);
  expect(summary).toMatchObject({ awayCount: 1, isOfRedis: false });
  expect(summary.cause).toBe(
    'Calls fail at once. Their library does not tell what they guard: Redis, or something else.',
  );
  const both = summariseFleet([instance('a', ofStripe), instance('b', open(1, { failed: 0, slow: 1 }))]);
  expect(both).toMatchObject({ isOfRedis: false, cause: expect.stringContaining('Redis is busy') });
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

import { expect, test } from 'vitest';
import { breakerItems } from '#client/features/overview/wrong/wrongBreakers.ts';
import { summariseFleet } from '#shared/services/fleetSummary.ts';
import { breaker, instance, open } from '#test/support/services/breakerReadings.ts';

const itemOf = (...instances: readonly ReturnType<typeof instance>[]) =>
  breakerItems({
    fleet: { ...summariseFleet(instances), instances: [...summariseFleet(instances).instances] },
  })[0];

test('closed breakers are nothing to tell, and neither are none', () => {
  expect(itemOf()).toBeUndefined();
  expect(itemOf(instance('a', breaker()))).toBeUndefined();
});

test('all of them are critical, with what the calls died of', () => {
  const item = itemOf(instance('a', open(1_000)), instance('b', open(2_000)));
  expect(item).toMatchObject({ severity: 'critical', next: { to: '/resilience' } });
  expect(item?.title).toMatch(/^2 of 2 breakers of the services keep calls from Redis since /);
  expect(item?.detail).toBe('Calls fail at once: Redis is gone, or refuses them.');
});

test('some of them are a warning that names them', () => {
  const item = itemOf(instance('a', open(1_000)), instance('b', breaker()));
  expect(item).toMatchObject({ severity: 'warning' });
  expect(item?.detail).toMatch(/ Only a: the others keep none back\.$/);
});

test('of another library, they are not said to keep calls from Redis', () => {
  const foreign = instance('a', { ...open(50_000), source: 'resilience4j' });
  expect(itemOf(foreign)?.title).toMatch(/^1 of 1 breakers of the services keep calls back since/);
  expect(itemOf(instance('a', open(50_000)))?.title).toContain('keep calls from Redis since');
});

test('three of many are named', () => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => instance(name, open(1_000)));
  expect(itemOf(...many, instance('f', breaker()))?.detail).toMatch(/ a, b, c and 2 more: the others/);
});

test('a forced one is told as an act of an operator, and says nothing of the others', () => {
  const item = itemOf(instance('a', breaker({ state: 'forcedOpen' })), instance('b', breaker()));
  expect(item?.detail).toBe('1 forced open by an operator.');
});

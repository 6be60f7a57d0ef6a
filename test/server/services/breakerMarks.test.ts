import { expect, test } from 'vitest';
import { BreakerMarks } from '#server/services/breakerMarks.ts';
import type { BreakerChange } from '#server/services/instanceTrack.ts';

const S = 1_000;

function change(
  instance: string,
  to: BreakerChange['to'],
  atMs: number,
  more: Partial<BreakerChange> = {},
): BreakerChange {
  return {
    ...{ service: 'shop', instance, breaker: 'shop', source: 'library', to, reason: null, count: 1 },
    ...{ fromMs: atMs, toMs: atMs, ...more },
  };
}

test('instances that open one after the other are one mark, at the time of the first, with why', () => {
  const marks = new BreakerMarks();
  marks.add([change('a', 'open', 10 * S, { reason: 'slowCalls' })]);
  marks.add([
    change('b', 'open', 14 * S, { reason: 'consecutiveFailures' }),
    change('a', 'halfOpen', 14 * S),
  ]);
  expect(marks.take(15 * S, () => 9)).toEqual([]);
  expect(marks.take(20 * S, () => 9)).toEqual([
    {
      ...{ atMs: 10 * S, kind: 'breaker' },
      text: 'shop: 2 of 9 breakers opened (slow calls, failures in a row)',
    },
  ]);
  expect(marks.take(90 * S, () => 9)).toEqual([]);
});

test('a service that flaps has one mark in three minutes, which says how often', () => {
  const marks = new BreakerMarks();
  for (let second = 0; second < 50; second += 5) {
    marks.add([change('a', second % 10 === 0 ? 'open' : 'closed', second * S)]);
  }
  expect(marks.take(10 * S, () => 1)).toEqual([
    { atMs: 0, kind: 'breaker', text: 'shop: breaker opened 5 times, breaker closed 5 times' },
  ]);
  marks.add([change('a', 'open', 60 * S)]);
  expect(marks.take(189 * S, () => 1)).toEqual([]);
  expect(marks.take(190 * S, () => 1)).toMatchObject([{ atMs: 60 * S }]);
});

test('each service has its own, and a forced one says so', () => {
  const marks = new BreakerMarks();
  marks.add([
    change('a', 'forcedOpen', 0, { reason: 'forced' }),
    change('b', 'closed', 0, { service: null, reason: 'probesSucceeded' }),
  ]);
  expect(marks.take(10 * S, () => 3).map(({ text }) => text)).toEqual([
    'shop: 1 of 3 breakers forced open',
    'A service without a name: 1 of 3 breakers closed',
  ]);
});

test('a service that only probes has none', () => {
  const marks = new BreakerMarks();
  marks.add([change('a', 'halfOpen', 0)]);
  expect(marks.take(10 * S, () => 1)).toEqual([]);
});

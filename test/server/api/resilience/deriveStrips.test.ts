import { expect, test } from 'vitest';
import { deriveStrips } from '#server/api/resilience/deriveStrips.ts';
import { InstanceBook } from '#server/services/instanceBook.ts';
import { toldInstance } from '#test/server/services/told.ts';

test('has a strip for each breaker that is known, and counts those of processes that are gone', () => {
  const book = new InstanceBook();
  book.take([toldInstance(), toldInstance({ instance: null, address: 'http://other/metrics' })]);
  const name = { service: 'shop', breaker: 'shop', source: 'library' as const };
  const { strips, goneCount, grid } = deriveStrips(
    [
      { ...name, instance: 'shop-1', state: 'open', fromMs: 0, toMs: 119 },
      { ...name, instance: 'shop-1', state: 'closed', fromMs: 121, toMs: 240 },
      { ...name, instance: 'shop-0', state: 'closed', fromMs: 0, toMs: 240 },
    ],
    book.instances(10_000),
    { fromMs: 0, toMs: 240 },
  );
  expect(grid).toEqual({ fromMs: 0, stepMs: 1, count: 240 });
  expect(strips.map(({ instance, cells }) => [instance, cells])).toEqual([
    ['shop-1', `${'O'.repeat(120)} ${'C'.repeat(119)}`],
    ['http://other/metrics', ' '.repeat(240)],
  ]);
  expect(goneCount).toBe(1);
});

import { expect, test } from 'vitest';
import { prepareBeside } from '#client/features/patterns/probe/prepareBeside.ts';
import { compareProbe } from '#shared/probe/compareProbe.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import { wilson } from '#shared/statistics.ts';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

function beside(probe: readonly [number, number], metrics: readonly [number, number], isAtRedis = true) {
  const [hits, misses] = probe;
  const hit = wilson(hits, hits + misses) ?? { ratio: 0, low: 0, high: 1 };
  const probed = { hits, misses, hit, lookupsPerSecond: (hits + misses) / 10, attachedMs: 10_000 };
  const lookupsPerSecond = (metrics[0] + metrics[1]) / 60;
  const counted = { hits: metrics[0], misses: metrics[1], lookupsPerSecond, coveredMs: 60_000, isAtRedis };
  const comparison = compareProbe(probed, counted);
  const reading: Reading<NonNullable<typeof comparison>> =
    comparison === null
      ? unknown('notEnoughData', 'Too few.')
      : known(comparison, 0, 'metrics of the services');
  return prepareBeside(probed, reading);
}

test('shows both with interval, window and rate', () => {
  const { sources, finding, note } = beside([800, 200], [4_800, 1_200]);
  expect(sources.map(({ label, value, basis }) => [label, plain(value), plain(basis)])).toEqual([
    [
      'As Redis answered, by live probe',
      '80.0 %',
      '77.4 % to 82.4 % (95 %), of 1,000 look-ups in 10 s, 100/s',
    ],
    [
      'As services count what they ask Redis',
      '80.0 %',
      '79.0 % to 81.0 % (95 %), of 6,000 look-ups in the 1 min around it, 100/s',
    ],
  ]);
  expect(finding).toBeNull();
  expect(note).toContain('Both agree');
});

test('names a program without metrics when Redis answers more than the services count', () => {
  const { finding } = beside([1_000, 1_000], [4_800, 1_200]);
  expect(plain(finding?.text ?? '')).toBe(
    "Redis answered 200/s of these look-ups, the services' metrics count 100/s: something without metrics reads these keys as well. Hit rate by probe less by metrics: \u221230.0 pp.",
  );
  expect(plain(finding?.short ?? '')).toBe('\u221230.0 pp');
});

test('names what answered before Redis when it answers less, and reading otherwise when it answers as much', () => {
  expect(beside([250, 250], [4_800, 1_200], false).finding?.text).toContain('memory of the processes');
  expect(beside([250, 250], [4_800, 1_200], false).sources[1]?.label).toBe('As services count all look-ups');
  expect(beside([600, 400], [4_800, 1_200]).finding?.text).toContain('not decodable');
});

test('shows the probe alone with the reason where there is nothing to compare', () => {
  const { sources, note } = beside([8, 2], [4_800, 1_200]);
  expect(sources).toHaveLength(1);
  expect(note).toBe('Too few.');
});

import { expect, it } from 'vitest';
import { type KeyGroup, reloadedCount, zipfGroups } from '#server/jobs/purge/forecast/reloads.ts';
import { type Departure, departures } from '#shared/acting/purgeStages.ts';
import { seededRandom } from '#test/support/jobs/simulatedRedis.ts';

const now = departures({ how: 'now' });
const staged = departures({ how: 'staged', overMs: 90_000 });

/** When one key goes, s: in one of the departures by its share, evenly within it. */
function leaveS(going: readonly Departure[], random: () => number): number {
  let rest = random();
  for (const { share, fromMs, overMs } of going) {
    if (rest < share) return (fromMs + random() * overMs) / 1_000;
    rest -= share;
  }
  return Number.POSITIVE_INFINITY;
}

/** Every key by itself, ranked. */
function singleKeys(hitsPerSecond: number, keyCount: number): KeyGroup[] {
  const weights = Array.from({ length: keyCount }, (_, rank) => 1 / (rank + 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => ({ keyCount: 1, readsPerSecond: (hitsPerSecond * weight) / whole }));
}

it.each([1, 7, 100, 12_345])(
  'groups of %i keys are as many, are read as much, and reload as single ones do',
  (keyCount) => {
    const groups = zipfGroups(1_000, keyCount);
    expect(groups.reduce((sum, group) => sum + group.keyCount, 0)).toBe(keyCount);
    const reads = groups.reduce((sum, group) => sum + group.keyCount * group.readsPerSecond, 0);
    expect(reads).toBeCloseTo(1_000, 6);
    for (const going of [now, staged, departures({ how: 'spread', overMs: 60_000 })]) {
      for (const tMs of [10, 1_000, 30_000, 90_000]) {
        const exact = reloadedCount(singleKeys(1_000, keyCount), going, tMs);
        expect(Math.abs(reloadedCount(groups, going, tMs) - exact)).toBeLessThanOrEqual(0.01 * exact + 1e-9);
      }
    }
  },
);

it('nothing that nobody reads is loaded, and never more than there are keys', () => {
  expect(zipfGroups(0, 100)).toEqual([]);
  expect(zipfGroups(5, 0)).toEqual([]);
  const groups = zipfGroups(1_000_000, 50);
  expect(reloadedCount(groups, now, 3_600_000)).toBeCloseTo(50, 6);
});

it.each([
  ['at once', now],
  ['spread over 30 s', departures({ how: 'spread', overMs: 30_000 })],
  ['staged over 60 s', departures({ how: 'staged', overMs: 60_000 })],
])('agrees with readers that are played out one by one: %s', (_name, going) => {
  const random = seededRandom(7);
  const keys = singleKeys(400, 2_000);
  const exponential = (rate: number) => -Math.log(1 - random()) / rate;
  // When each key goes, and its first read after that: reads of a key have no memory.
  const loads = keys.map(({ readsPerSecond }) => leaveS(going, random) + exponential(readsPerSecond));
  for (const tS of [1, 5, 20, 60, 90]) {
    const played = loads.filter((atS) => atS <= tS).length;
    const told = reloadedCount(zipfGroups(400, 2_000), going, tS * 1_000);
    // Within four deviations of a count of independent events.
    expect(Math.abs(told - played)).toBeLessThan(4 * Math.sqrt(played) + 4);
  }
});

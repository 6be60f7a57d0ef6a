import { expect, it } from 'vitest';
import { findLoss } from '#server/api/warming/findLoss.ts';
import type { Mark } from '#shared/series.ts';

const S = 1_000;

/** Counts of keys in steps of 10 s from 0 on. */
const keys = (...values: readonly (number | null)[]) => ({ fromMs: 0, stepMs: 10 * S, values });
const mark = (kind: Mark['kind'], atMs: number): Mark => ({ kind, atMs, text: '' });
const steady = keys(500, 510, 505);

it.each([
  ['nothing', [], steady, null],
  ['what is no loss', [mark('note', 9), mark('warm', 9), mark('breaker', 9), mark('purge', 9)], steady, null],
  ['a restart', [mark('restart', 12 * S)], keys(500, 3, 40), { cause: 'restart', atMs: 12 * S }],
  ['a restart that loaded its keys back', [mark('restart', 12 * S)], steady, null],
  [
    'a restart after which nothing is counted yet',
    [mark('restart', 22 * S)],
    steady,
    { cause: 'restart', atMs: 22 * S },
  ],
  [
    'the newest of several',
    [mark('restart', 12 * S), mark('outage', 20 * S)],
    steady,
    { cause: 'outage', atMs: 20 * S },
  ],
  ['keys that are gone at once', [], keys(500, 3, 4), { cause: 'emptied', atMs: 20 * S }],
  ['keys that are gone after a gap', [], keys(500, null, null, 3), { cause: 'emptied', atMs: 40 * S }],
  ['an emptying that is marked', [mark('emptied', 15 * S)], steady, { cause: 'emptied', atMs: 15 * S }],
  [
    'an emptying that both tell, once',
    [mark('emptied', 15 * S)],
    keys(500, 3),
    { cause: 'emptied', atMs: 15 * S },
  ],
  ['a failover, which keeps what is cached', [mark('failover', 12 * S)], steady, null],
  ['few keys, which say nothing', [], keys(90, 3, 4), null],
  ['a slow decline', [], keys(500, 300, 150, 80, 40), null],
  ['no count at all', [], keys(null, null), null],
  ['a purge, which was meant', [mark('purge', 15 * S)], keys(500, 3), null],
  [
    'an emptying long after a purge',
    [mark('purge', 0)],
    keys(500, 500, 500, 500, 500, 500, 500, 500, 3),
    { cause: 'emptied', atMs: 90 * S },
  ],
  ['a restart that emptied it', [mark('restart', 15 * S)], keys(500, 3), { cause: 'restart', atMs: 15 * S }],
] as const)('tells of %s', (_, marks, keyCounts, loss) => {
  expect(findLoss(marks, keyCounts)).toEqual(loss);
});

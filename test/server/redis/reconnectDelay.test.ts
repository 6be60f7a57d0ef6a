import { expect, test } from 'vitest';
import { MAX_RECONNECT_DELAY_MS, reconnectDelayMs } from '#server/redis/reconnectDelay.ts';

test('waits between half a second and a bound that doubles, 4 s at most', () => {
  const least = [1, 2, 3, 4, 50].map((attempt) => reconnectDelayMs({ attempt, refusedCount: 0, random: 0 }));
  const most = [1, 2, 3, 4, 50].map((attempt) => reconnectDelayMs({ attempt, refusedCount: 0, random: 1 }));
  expect(least).toEqual([500, 500, 500, 500, 500]);
  expect(most).toEqual([1_000, 2_000, 4_000, 4_000, MAX_RECONNECT_DELAY_MS]);
});

test('asks once a minute after three refused passwords', () => {
  expect(reconnectDelayMs({ attempt: 2, refusedCount: 2, random: 1 })).toBeLessThanOrEqual(4_000);
  expect(reconnectDelayMs({ attempt: 3, refusedCount: 3, random: 0 })).toBe(60_000);
});

import { expect, test } from 'vitest';
import { openPingGauge, pingLimitMs } from '#server/jobs/probe/pingGauge.ts';

test('tells percentiles of the PINGs since it was last asked, and nothing when there was none', () => {
  const gauge = openPingGauge();
  for (let ms = 100; ms >= 1; ms -= 1) gauge.add(ms);
  expect(gauge.take()).toEqual({ p90Ms: 90, p99Ms: 99 });
  expect(gauge.take()).toBeNull();
  gauge.add(7);
  expect(gauge.take()).toEqual({ p90Ms: 7, p99Ms: 7 });
});

test('the limit is twice the idle 99th percentile, and never less than 5 ms above it', () => {
  expect(pingLimitMs(1)).toBe(6);
  expect(pingLimitMs(5)).toBe(10);
  expect(pingLimitMs(40)).toBe(80);
});

import { expect, test } from 'vitest';
import { mergeIncrements, type TrafficIncrement } from '#server/sources/metrics/trafficIncrement.ts';
import { NO_TRAFFIC } from '#shared/traffic/trafficCounts.ts';

test('what differs in source or process stays apart', () => {
  const one: TrafficIncrement = {
    ...NO_TRAFFIC,
    pattern: 'a',
    identity: 'pattern',
    source: 'library',
    service: 'shop',
    instance: '1',
    version: '1',
    hits: 1,
  };
  const others: TrafficIncrement[] = [
    { ...one, instance: '2' },
    { ...one, version: '2' },
    { ...one, source: 'bentocache' },
  ];
  expect(mergeIncrements([one, ...others, one])).toEqual([{ ...one, hits: 2 }, ...others]);
});

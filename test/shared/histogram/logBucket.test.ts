import { expect, test } from 'vitest';
import { logBucket } from '#shared/histogram/logBucket.ts';
import { SIZE_BOUNDS_BYTES, sizeBucket } from '#shared/histogram/sizeHistogram.ts';
import { TTL_BOUNDS_SECONDS, ttlBucket } from '#shared/histogram/ttlHistogram.ts';

test.each([
  [0, 0],
  [10, 0],
  [10.1, 1],
  [20, 1],
  [40, 2],
  [41, 2],
])(
  '%d belongs to the bucket %d: upper bounds belong to theirs, what is above all to the last',
  (value, bucket) => {
    expect(logBucket(value, [10, 20, 40])).toBe(bucket);
  },
);

test('sizes and TTLs lie between the bounds of their bucket', () => {
  expect(SIZE_BOUNDS_BYTES[sizeBucket(65)]).toBe(128);
  expect(SIZE_BOUNDS_BYTES[sizeBucket(64)]).toBe(64);
  expect(sizeBucket(2 ** 40)).toBe(SIZE_BOUNDS_BYTES.length - 1);
  expect(SIZE_BOUNDS_BYTES.at(-1)).toBe(2 ** 30);
  expect(TTL_BOUNDS_SECONDS[ttlBucket(1_001)]).toBe(1.8);
});

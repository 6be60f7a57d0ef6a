import { expect, test } from 'vitest';
import { addressRanges } from '#server/sources/targets/addressRanges.ts';

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.1.2.3', true],
  ['128.0.0.1', false],
  ['10.2.0.1', false],
  ['::2', false],
  ['::ffff:192.168.0.1', false],
  ['localhost', false],
  ['', false],
])('%s', (address, isInside) => {
  expect(addressRanges(['127.0.0.0/8', '::1/128', '10.1.0.0/16']).has(address)).toBe(isInside);
});

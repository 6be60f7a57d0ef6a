import { expect, test } from 'vitest';
import { announcedAddress } from '#server/sources/targets/announcedAddress.ts';

test('takes addresses of HTTP as they are', () => {
  expect(announcedAddress('http://10.0.0.1:9100/metrics')).toBe('http://10.0.0.1:9100/metrics');
  expect(announcedAddress('https://shop-1/control')).toBe('https://shop-1/control');
});

test.each([null, '', 'shop-1:9100', 'file:///etc/passwd', 'http://ada@shop-1/', 'http://:secret@shop-1/'])(
  'never uses %s',
  (announced) => {
    expect(announcedAddress(announced)).toBeNull();
  },
);

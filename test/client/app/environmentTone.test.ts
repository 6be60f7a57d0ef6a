import { expect, test } from 'vitest';
import { environmentTone } from '#client/app/environmentTone.ts';
import { basePath } from '#client/app/pageRouter.tsx';

test.each([
  ['prod-eu', 'env-red'],
  ['PRODUCTION', 'env-red'],
  ['live', 'env-red'],
  ['demo', 'env-blue'],
  ['staging', 'env-purple'],
  ['reproduction', 'env-purple'],
  ['', 'env-purple'],
])('%s has the edge %s', (environment, tone) => {
  expect(environmentTone(environment)).toBe(tone);
});

test.each([
  ['/', '/'],
  ['/patterns', '/'],
  ['/tools/cachescope/', '/tools/cachescope/'],
  ['/tools/cachescope/ttl', '/tools/cachescope/'],
])('a page at %s is served from %s', (pathname, base) => {
  expect(basePath(pathname)).toBe(base);
});

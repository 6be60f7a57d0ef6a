import { expect, test } from 'vitest';
import { prepareBanners } from '#client/app/prepareBanners.ts';
import { makeStatus } from '../features/overview/measuredHour.ts';

test('a calm page has no banner', () => {
  expect(prepareBanners(makeStatus(), 'live')).toEqual([]);
});

test('before the first answer there is nothing to say, unless nobody answers', () => {
  expect(prepareBanners(undefined, 'connecting')).toEqual([]);
  expect(prepareBanners(undefined, 'gone').map(({ id }) => id)).toEqual(['server']);
});

test('a Redis that is gone says since when, and when the data on the page was read', () => {
  const connection = {
    state: 'unreachable',
    sinceMs: 5_000,
    detail: 'Refused.',
    lastReadAtMs: 4_000,
  } as const;
  const [banner] = prepareBanners(makeStatus({ connection }), 'live');
  expect(banner).toMatchObject({ severity: 'critical', detail: 'Refused.', lastReadAtMs: 4_000 });
  expect(banner?.title).toMatch(/does not answer since \d\d:\d\d:05/);
});

test('a server that is gone is not taken for a Redis that is gone', () => {
  const [banner] = prepareBanners(makeStatus(), 'gone');
  expect(banner?.detail).toContain('nothing about Redis');
});

test('a history that stopped is told beside the state of Redis', () => {
  const history = { state: 'stopped', detail: 'The disk is full.' } as const;
  const connection = { state: 'degraded', sinceMs: 0, detail: 'Loading.', lastReadAtMs: 1 } as const;
  expect(prepareBanners(makeStatus({ history, connection }), 'live').map(({ id }) => id)).toEqual([
    'redis',
    'history',
  ]);
});

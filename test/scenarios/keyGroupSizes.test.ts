import { expect, test, vi } from 'vitest';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { startRedisExporter } from '#test/support/exporters/startRedisExporter.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const list = { targetId: DEFAULT_TARGET_ID, range: { last: '1h' }, compare: 'none' } as const;
const GROUPS = ['-check-key-groups', '^(.*):[0-9]+$'];
const KEY_COUNT = 120;

async function filledRedis() {
  const redis = await startRedis();
  for (let id = 0; id < KEY_COUNT; id += 1) await redis.client.set(`user:${id}`, 'x'.repeat(50));
  return redis;
}

test('where the Redis user may not SCAN, the sizes of redis_exporter are shown, and named', async () => {
  await using redis = await filledRedis();
  await using exporter = await startRedisExporter(redis.url, GROUPS);
  await redis.client.call('ACL', 'SETUSER', 'cs', 'on', '>pw', '~*', '&*', '+@all', '-scan');
  await using server = await startCachescope({
    redisUrl: `redis://cs:pw@127.0.0.1:${redis.port}`,
    args: ['--metrics', exporter.url],
  });
  const api = apiClient(server.url);
  const row = await vi.waitFor(async () => {
    const { rows } = await api.patterns.list.query(list);
    const found = rows.find(({ pattern }) => pattern === 'user');
    if (found === undefined) throw new Error('not told yet');
    return found;
  }, 30_000);
  expect(row.toldSize).toMatchObject({ value: { keyCount: KEY_COUNT }, from: 'redis_exporter' });
  expect(row.toldSize?.value.bytes).toBeGreaterThan(KEY_COUNT * 50);
  expect(row.sample).toMatchObject({ state: 'unknown', detail: expect.stringContaining('SCAN') });

  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${server.url}/patterns`);
  const line = page.getByRole('row').filter({ has: page.getByText('user', { exact: true }) });
  await expectPage(line.getByText('by redis_exporter')).toHaveCount(2);
  await expectPage(line).toContainText(String(KEY_COUNT));
  expect(browser.problems).toEqual([]);
}, 90_000);

test('beside our own sample they are of the pattern that the configuration names, and agree with it', async () => {
  await using redis = await filledRedis();
  await using exporter = await startRedisExporter(redis.url, GROUPS);
  await using server = await startCachescope({
    redisUrl: redis.url,
    args: ['--metrics', exporter.url, '--metric-patterns', 'user=user:{id}'],
  });
  const api = apiClient(server.url);
  await vi.waitFor(async () => {
    const { rows } = await api.patterns.list.query(list);
    const row = rows.find(({ pattern }) => pattern === 'user:{id}');
    expect(row?.toldSize?.value.keyCount).toBe(KEY_COUNT);
    expect(row?.sample).toMatchObject({ state: 'known', value: { keyCount: { value: KEY_COUNT } } });
    expect(rows.map(({ pattern }) => pattern)).not.toContain('user');
  }, 60_000);

  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${server.url}/pattern?pattern=${encodeURIComponent('user:{id}')}`);
  await expectPage(page.locator('p', { hasText: 'by redis_exporter' })).toContainText(`${KEY_COUNT} keys, `);
  expect(browser.problems).toEqual([]);
}, 120_000);

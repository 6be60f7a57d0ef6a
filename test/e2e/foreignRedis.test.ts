import { expect, test } from 'vitest';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

/** Keys as some framework writes them; no library of ours, no metrics. */
async function fill(redis: TestRedis): Promise<void> {
  const batch = redis.client.pipeline();
  for (let id = 0; id < 2_000; id += 1) {
    batch.set(`myapp_cache_:users:${id}`, 'x'.repeat(200), 'EX', 600);
    batch.hset(`session:${crypto.randomUUID()}`, 'user', id);
  }
  await batch.exec();
}

test('on a Redis of a foreign program the page shows patterns, bytes, TTLs and INFO, and why hit rate is unknown', async () => {
  await using redis = await startRedis();
  await fill(redis);
  await using cachescope = await startCachescope({ redisUrl: redis.url });
  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });

  await page.goto(`${cachescope.url}/patterns`);
  const users = page.getByRole('row').filter({ hasText: 'myapp_cache_:users:{id}' });
  // The sampler has read every key within seconds.
  await expectPage(users).toContainText(/2,000|2K/, { timeout: 20_000 });
  await expectPage(users).toContainText(/KiB/);
  await expectPage(users).toContainText(/min/);
  await expectPage(page.getByRole('row').filter({ hasText: 'session:{uuid}' })).toContainText(/100/);
  await expectPage(page.getByRole('main')).toContainText(/--metrics/);

  await page.goto(`${cachescope.url}/nodes`);
  await expectPage(page.getByRole('main')).toContainText('7.0');
  await page.goto(`${cachescope.url}/ttl`);
  await expectPage(page.getByRole('main')).toContainText('myapp_cache_:users:{id}');
  expect(browser.problems).toEqual([]);
});

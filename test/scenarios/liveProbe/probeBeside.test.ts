import { expect, test } from 'vitest';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { expectPage } from '#test/support/browser/expectPage.ts';
import { servePage } from '#test/support/metrics/servePage.ts';
import { openBrowser } from '#test/support/openBrowser.ts';
import { completedProbe } from '#test/support/probe/probeJob.ts';
import { startForeignProgram } from '#test/support/probe/startForeignProgram.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const target = { targetId: DEFAULT_TARGET_ID };

/** What a service would say that makes 100 look-ups of products a second, 95 % hits, and all 500 of sessions, 20 %. */
function metricsAfter(seconds: number): string {
  const lines = [
    ['products', 'hit', 95],
    ['products', 'miss', 5],
    ['sessions', 'hit', 100],
    ['sessions', 'miss', 400],
  ] as const;
  return lines
    .map(([cache, result, perSecond]) => {
      const count = Math.round(1_000 + seconds * perSecond);
      return `cache_gets_total{cache="${cache}",result="${result}"} ${count}\n`;
    })
    .join('');
}

test('a program without metrics that reads the keys of a service with metrics is found out by the probe', async () => {
  const startedAtMs = performance.now();
  await using metrics = await servePage((_request, response) => {
    response.setHeader('content-type', 'text/plain');
    response.end(
      `# TYPE cache_gets_total counter\n${metricsAfter((performance.now() - startedAtMs) / 1_000)}`,
    );
  });
  await using redis = await startRedis();
  await using _program = await startForeignProgram(redis.port, 1_000);
  await using server = await startCachescope({
    redisUrl: redis.url,
    args: [
      ...['--metrics', metrics.url],
      ...[
        '--metric-patterns',
        'products=shop:product:{id}',
        '--metric-patterns',
        'sessions=user:session:{id}',
      ],
    ],
  });
  const api = apiClient(server.url);
  const rowOf = async (pattern: string) => {
    const { rows } = await api.patterns.list.query({ ...target, range: { last: '1h' }, compare: 'none' });
    return rows.find((row) => row.pattern === pattern);
  };
  await waitUntil('the metrics are known', async () => {
    return (await rowOf('shop:product:{id}'))?.traffic.state === 'known';
  });
  await completedProbe(api, 'window10s');
  await waitUntil('both can be compared', async () => {
    const row = await rowOf('shop:product:{id}');
    return row?.probeBeside.state === 'known' && row.probeBeside.value.coveredMs >= 20_000;
  });

  const product = await rowOf('shop:product:{id}');
  expect(product?.probeBeside).toMatchObject({ value: { verdict: 'moreLookups', isAtRedis: false } });
  const difference = product?.probeBeside.state === 'known' ? product.probeBeside.value.differenceRatio : 0;
  expect(100 * difference).toBeGreaterThan(-17);
  expect(100 * difference).toBeLessThan(-13);
  expect((await rowOf('user:session:{id}'))?.probeBeside).toMatchObject({ value: { verdict: 'agree' } });

  await using browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${server.url}/patterns`);
  const row = page.getByRole('row').filter({ has: page.getByText('shop:product:{id}', { exact: true }) });
  await expectPage(row.getByText('something without metrics reads these keys')).toHaveCount(1);
  await expectPage(row).toContainText('95');
  await row.getByText('shop:product:{id}', { exact: true }).click();
  await expectPage(page.getByText('As Redis answered, by live probe')).toBeVisible();
  await expectPage(page.getByText('something without metrics reads these keys')).toBeVisible();
  expect(browser.problems).toEqual([]);
}, 120_000);

import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeEntry } from '#cache/store/entryFormat.ts';
import { ownerHash } from '#cache/store/ownerHash.ts';
import { startCatalog } from '#demo/services/catalogService.ts';
import { startUser } from '#demo/services/userService.ts';
import { ShopDatabase } from '#demo/source/shopDatabase.ts';
import { type RunningShop, startShop } from '#demo/startShop.ts';
import { Ledger } from '#demo/traffic/ledger.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { readMetricLines } from './startTestDemo.ts';

const size = { productCount: 2_000, userCount: 500 };
const waiting = { timeout: 30_000, interval: 200 };

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

/** The sum of the series of this name whose labels all hold; 0 without such a series. */
function countIn(lines: readonly string[], name: string, labels: Readonly<Record<string, string>>): number {
  const found = lines.filter(
    (line) =>
      line.startsWith(`${name}{`) &&
      Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
  );
  return found.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

describe('under traffic', () => {
  const failures: unknown[] = [];
  let shop: RunningShop;
  beforeAll(async () => {
    shop = await startShop({
      databaseFile: ':memory:',
      redisPort: redis.port,
      size,
      visitsPerSecond: 40,
      instancesPerService: 1,
      isFullyWarm: false,
      ledger: new Ledger(),
      controlSecret: 'only known here',
      signal: new AbortController().signal,
      onFailure: (error) => failures.push(error),
    });
    await shop.shop.catalog.changeFlag('chat');
  }, 60_000);
  afterAll(() => shop[Symbol.asyncDispose]());

  it.each([
    ['views reach the source', 'cache_write_behind_total', { family: 'views', state: 'flushed' }],
    ['purchases reach the source', 'cache_write_behind_total', { family: 'stock', state: 'flushed' }],
    [
      'catalog hears its own changes',
      'cache_events_total',
      { cache: 'catalog', event: 'product.updated', state: 'applied' },
    ],
    [
      'pricing hears the changes of catalog',
      'cache_events_total',
      { cache: 'pricing', event: 'product.updated', state: 'applied' },
    ],
    ['catalog answers from L1', 'cache_layer_gets_total', { cache: 'catalog', layer: 'l1', result: 'hit' }],
    ['what does not exist is known', 'cache_negative_served_total', { key_pattern: 'catalog:product:{id}' }],
    [
      'users are found by e-mail',
      'cache_gets_total',
      { key_pattern: 'user:profile-by-email:{email}', result: 'hit' },
    ],
    ['products are warmed', 'cache_warm_runs_total', { warmer: 'featured', state: 'completed' }],
    ['flags go by their version', 'cache_invalidations_total', { cache: 'catalog', source: 'version' }],
    [
      'an older price does not replace a newer',
      'cache_outdated_stores_total',
      { key_pattern: 'pricing:price:{id}' },
    ],
    [
      'campaigns and users go by tag',
      'cache_removals_total',
      { key_pattern: 'user:profile:{userId}', source: 'tag' },
    ],
  ])('%s', async (_, name, labels) => {
    await vi.waitFor(async () => {
      const lines = await readMetricLines(shop.metricsUrls);
      expect(countIn(lines, name, labels)).toBeGreaterThan(0);
    }, waiting);
    expect(failures).toEqual([]);
  });
});

/** Services alone, on a clock that can be put forward. */
function openServices() {
  const client = new Redis({ port: redis.port, disableClientInfo: true });
  const source = new ShopDatabase(':memory:', { size });
  let aheadMs = 0;
  const around = {
    redis: client,
    source,
    ledger: new Ledger(),
    random: () => 0.9999,
    clock: () => Date.now() + aheadMs,
  };
  const services = { catalog: startCatalog(around), user: startUser(around) };
  return {
    ...services,
    ...around,
    putForward: (seconds: number) => {
      aheadMs += seconds * 1_000;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([services.catalog.close(), services.user.close()]);
      client.disconnect();
      source.close();
    },
  };
}

const linesOf = async (service: { metrics(): Promise<string> }) => (await service.metrics()).split('\n');

describe('with time', () => {
  it('the home page is refreshed ahead of its end, and past it served while it is refreshed', async () => {
    await redis.client.flushall();
    await using services = openServices();
    const { catalog, putForward } = services;
    const refreshCount = async (reason: string) =>
      countIn(await linesOf(catalog), 'cache_refreshes_total', { reason, result: 'refreshed' });
    await catalog.ready();
    putForward(50);
    await catalog.readHome('en');
    await vi.waitFor(async () => expect(await refreshCount('ahead')).toBe(1), waiting);
    putForward(70);
    await catalog.readHome('en');
    await vi.waitFor(async () => expect(await refreshCount('stale')).toBe(1), waiting);
    expect(services.ledger.counts()['catalog:home:{locale}']).toEqual({ hits: 2, misses: 0 });
  });

  it('recommendations are refreshed early, and belong to their user', async () => {
    await redis.client.flushall();
    await using services = openServices();
    const { user, putForward } = services;
    await user.readRecommendations(7, 'en');
    const key = 'user:recs:7:en';
    await vi.waitFor(async () => expect(await redis.client.exists(key)).toBe(1), waiting);
    const bytes = await redis.client.getBuffer(key);
    expect(bytes === null ? null : decodeEntry(bytes)?.header.owner).toEqual(ownerHash(7));
    // Its life is 900 s less a jitter of a tenth, and this draw of chance puts the refresh seconds before its end.
    putForward(809);
    await user.readRecommendations(7, 'en');
    await vi.waitFor(async () => {
      const count = countIn(await linesOf(user), 'cache_refreshes_total', {
        reason: 'early',
        result: 'refreshed',
      });
      expect(count).toBe(1);
    }, waiting);
  });
});

describe('a changed profile', () => {
  it('is in the source and in the cache at once, and found by its new address', async () => {
    await redis.client.flushall();
    await using services = openServices();
    const { user, source } = services;
    const before = source.emailOf(9);
    await user.changeProfile(9);
    const email = source.emailOf(9);
    expect(email).not.toBe(before);
    expect(await user.signIn(9)).toMatchObject({ id: 9, email });
    expect(await redis.client.exists(`user:profile-by-email:${encodeURIComponent(before)}`)).toBe(0);
    expect(services.ledger.counts()).toMatchObject({
      'user:profile-by-email:{email}': { hits: 1, misses: 0 },
      'user:profile:{userId}': { hits: 1, misses: 1 },
    });
  });
});

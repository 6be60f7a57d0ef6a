import { Redis } from 'ioredis';
import { startCatalog } from './services/catalogService.ts';
import { serveMetrics } from './services/metricsEndpoint.ts';
import { startPricing } from './services/pricingService.ts';
import type { ServiceSurroundings } from './services/shopService.ts';
import { startUser } from './services/userService.ts';
import { seededRandom } from './source/seededRandom.ts';
import { ShopDatabase } from './source/shopDatabase.ts';
import type { ShopSize } from './source/shopSize.ts';
import type { Ledger } from './traffic/ledger.ts';
import { preparePopularity } from './traffic/popularity.ts';
import type { Shop } from './traffic/shop.ts';
import { startTraffic } from './traffic/startTraffic.ts';
import { fullyWarm, usuallyWarm, warmUp } from './traffic/warmUp.ts';

export interface ShopOptions {
  readonly databaseFile: string;
  readonly redisPort: number;
  readonly size: ShopSize;
  readonly visitsPerSecond: number;
  /** True: all that it could read is cached when it opens, so that what it loads by itself is steady. */
  readonly isFullyWarm: boolean;
  readonly ledger: Ledger;
  readonly onFailure: (error: unknown) => void;
  /** Ends the opening, not the open shop. */
  readonly signal: AbortSignal;
}

export interface RunningShop extends AsyncDisposable {
  readonly shop: Shop;
  readonly metricsUrls: readonly string[];
}

/** The three services with a client and a metrics port each, warm and under traffic. */
export async function startShop(options: ShopOptions): Promise<RunningShop> {
  await using stack = new AsyncDisposableStack();
  const source = stack.adopt(new ShopDatabase(options.databaseFile, { size: options.size }), (database) =>
    database.close(),
  );
  const surroundings = (seed: number): ServiceSurroundings => ({
    redis: stack.adopt(connect(options.redisPort), (client) => client.disconnect()),
    source,
    ledger: options.ledger,
    random: seededRandom(seed),
    clock: Date.now,
  });
  const shop: Shop = {
    catalog: startCatalog(surroundings(11)),
    user: startUser(surroundings(12)),
    pricing: startPricing(surroundings(13)),
    source,
    size: options.size,
  };
  const metricsUrls: string[] = [];
  for (const service of [shop.catalog, shop.user, shop.pricing]) {
    stack.defer(async () => void (await service.close()));
    const endpoint = await serveMetrics(service);
    stack.defer(() => endpoint.close());
    metricsUrls.push(`${endpoint.url}/metrics`);
  }
  await Promise.race([shop.catalog.ready(), untilAborted(options.signal)]);
  const random = seededRandom(14);
  const popularity = preparePopularity(options.size, random);
  const shares = options.isFullyWarm ? fullyWarm : usuallyWarm;
  await warmUp(shop, popularity, { shares, random, signal: options.signal });
  const { visitsPerSecond, onFailure } = options;
  stack.defer(startTraffic({ shop, popularity, random, visitsPerSecond, onFailure }));
  const running = stack.move();
  return { shop, metricsUrls, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function connect(port: number): Redis {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    disableClientInfo: true,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(500, attempt * 50),
  });
  // The cache counts what fails; without a listener each failed reconnect is written to the console.
  client.on('error', () => {});
  return client;
}

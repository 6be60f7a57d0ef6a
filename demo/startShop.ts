import type { RedisLine } from './processes/redisLine.ts';
import { startCatalog } from './services/catalogService.ts';
import { startPricing } from './services/pricingService.ts';
import { type InstanceSurroundings, startInstances } from './services/startInstances.ts';
import { startUser } from './services/userService.ts';
import { seededRandom } from './source/seededRandom.ts';
import { ShopDatabase } from './source/shopDatabase.ts';
import type { ShopSize } from './source/shopSize.ts';
import type { Ledger } from './traffic/ledger.ts';
import { preparePopularity } from './traffic/popularity.ts';
import { openShop, type Shop } from './traffic/shop.ts';
import { startTraffic } from './traffic/startTraffic.ts';
import { fullyWarm, usuallyWarm, warmUp } from './traffic/warmUp.ts';

export interface ShopOptions {
  readonly databaseFile: string;
  readonly redisPort: number;
  readonly size: ShopSize;
  readonly visitsPerSecond: number;
  readonly instancesPerService: number;
  /** True: all that it could read is cached when it opens, so that what it loads by itself is steady. */
  readonly isFullyWarm: boolean;
  readonly ledger: Ledger;
  /** Signs the commands of operators. */
  readonly controlSecret: string;
  readonly onFailure: (error: unknown) => void;
  /** Ends the opening, not the open shop. */
  readonly signal: AbortSignal;
}

export interface RunningShop extends AsyncDisposable {
  readonly shop: Shop;
  readonly metricsUrls: readonly string[];
  /** Between each instance and Redis, by the name of the instance. */
  readonly lines: ReadonlyMap<string, RedisLine>;
}

/** The three services, warm and under traffic. */
export async function startShop(options: ShopOptions): Promise<RunningShop> {
  await using stack = new AsyncDisposableStack();
  const source = stack.adopt(new ShopDatabase(options.databaseFile, { size: options.size }), (database) =>
    database.close(),
  );
  const { redisPort, ledger, size, controlSecret, instancesPerService: count } = options;
  const around: InstanceSurroundings = { redisPort, source, ledger, controlSecret, stack };
  const catalogs = await startInstances(startCatalog, { service: 'catalog', count, seed: 11 }, around);
  const users = await startInstances(startUser, { service: 'user', count, seed: 12 }, around);
  const pricings = await startInstances(startPricing, { service: 'pricing', count, seed: 13 }, around);
  const instances = [...catalogs, ...users, ...pricings];
  const shop = openShop({
    ...{ source, size },
    catalogs: catalogs.map(({ service }) => service),
    users: users.map(({ service }) => service),
    pricings: pricings.map(({ service }) => service),
  });
  const ready = Promise.all(shop.catalogs.map((catalog) => catalog.ready()));
  await Promise.race([ready, untilAborted(options.signal)]);
  const random = seededRandom(14);
  const popularity = preparePopularity(size, random);
  const shares = options.isFullyWarm ? fullyWarm : usuallyWarm;
  await warmUp(shop, popularity, { shares, random, signal: options.signal });
  const { visitsPerSecond, onFailure } = options;
  stack.defer(startTraffic({ shop, popularity, random, visitsPerSecond, onFailure }));
  const running = stack.move();
  return {
    shop,
    lines: new Map(instances.map(({ name, line }) => [name, line])),
    metricsUrls: instances.map(({ metricsUrl }) => metricsUrl),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

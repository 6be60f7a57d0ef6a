import { afterAll, beforeAll, expect, it } from 'vitest';
import { Verifier } from '#cache/verify/verifier.ts';
import { prepareWarmPlans } from '#cache/warm/warmerOptions.ts';
import { Warmers } from '#cache/warm/warmers.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { openInstance, ProductSource, productFamilies, steppedTime } from './openWarmBench.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

it('warms and compares entries that span the slots of a Cluster', async () => {
  const source = new ProductSource();
  const families = productFamilies(source);
  const time = steppedTime();
  await using shop = openInstance(await cluster.connect(), families, { clock: time.clock });
  const around = { ...shop, pause: time.pause };
  const plans = prepareWarmPlans(families, {
    popular: { list: ({ product }) => Array.from({ length: 20 }, (_, index) => product({ id: index + 1 })) },
  });
  const warmers = new Warmers(around, plans);
  expect(await warmers.warm('popular')).toMatchObject({ state: 'completed', loadedCount: 20 });
  expect(await warmers.warm('popular')).toMatchObject({ state: 'completed', freshCount: 20 });
  const verifier = new Verifier({
    ...around,
    isVerifiable: () => true,
    invalidateKey: (target) => shop.core.invalidate({ kind: 'key', target, mode: 'hard', source: 'key' }),
  });
  expect(await verifier.verify('product', { id: 3 })).toMatchObject({ state: 'same' });
  source.change(3);
  expect(await verifier.verify('product', { id: 3 })).toMatchObject({ state: 'drifted' });
});

import { expect, onTestFinished, test } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { metricNames } from '#shared/metricNames.ts';
import { causeOfOne } from '#shared/services/causeOf.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { sumOfMetric } from '#test/support/metrics/sumOfMetric.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startInstance } from '#test/support/services/startInstance.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

type TestInstance = Awaited<ReturnType<typeof startInstance>>;

const COUNT = 3;

/** Three instances on lines of their own, seen by a server; what is done to them, and how each looks once so many are open. */
async function open() {
  const redis = await startRedis();
  onTestFinished(() => redis[Symbol.asyncDispose]());
  const instances: TestInstance[] = [];
  for (let ordinal = 1; ordinal <= COUNT; ordinal += 1) {
    instances.push(await startInstance({ redisPort: redis.port, name: `shop-${ordinal}` }));
  }
  await Promise.all(instances.map((instance) => instance.ask()));
  const config = testConfig(redis.port, { metricsAnnounced: ['127.0.0.0/8'] });
  const server = await openServer(config, testSurroundings);
  onTestFinished(() => server.close());
  const api = apiClient(server.url);
  const read = async () =>
    (await api.resilience.get.query({ targetId: DEFAULT_TARGET_ID, range: { last: '15m' } })).instances;
  await waitUntil('all are read over HTTP', async () => {
    const seen = await read();
    return (
      seen.length === COUNT && seen.every(({ way, figures }) => way === 'http' && figures?.relief !== null)
    );
  });
  return { redis, instances, read };
}

/** Asks until so many breakers are open, and a little more, so that some commands are kept back. */
async function askUntilOpen(instances: readonly TestInstance[], openCount: number): Promise<void> {
  const isOpen = (instance: TestInstance): boolean => instance.state() === 'open';
  while (instances.filter(isOpen).length < openCount) await askAll(instances);
  for (let round = 0; round < 5; round += 1) await askAll(instances);
}

async function askAll(instances: readonly TestInstance[]): Promise<void> {
  await Promise.all(instances.flatMap((instance) => [instance.ask(), instance.ask(), instance.ask()]));
}

/** What the page says of each instance once all that they counted has been read. */
async function readSettled({
  instances,
  read,
}: Pick<Awaited<ReturnType<typeof open>>, 'instances' | 'read'>) {
  const counted = (instance: TestInstance) =>
    sumOfMetric([instance.metricsUrl], metricNames.breakerNotPermitted);
  const seen = async () =>
    (await read()).toSorted((one, other) => (one.instance ?? '').localeCompare(other.instance ?? ''));
  await waitUntil('the page counts what the instances count', async () => {
    const shown = (await seen()).map(({ figures }) => figures?.relief?.notPermittedCount);
    // Anew each time: what a call leaves behind it, such as a store, is kept back after its answer.
    const counts = await Promise.all(instances.map(counted));
    return shown.every((count, at) => count === counts[at]);
  });
  return (await seen()).map(({ breakers: [breaker] }) => ({
    state: breaker?.state,
    cause: breaker === undefined ? null : causeOfOne(breaker),
  }));
}

const closed = { state: 'closed', cause: 'unclear' };
const all = <Look>(look: Look): readonly Look[] => Array.from({ length: COUNT }, () => look);

test('Redis killed: all open, calls fail and are not slow', async () => {
  const around = await open();
  await around.redis.kill();
  await askUntilOpen(around.instances, COUNT);
  expect(await readSettled(around)).toEqual(all({ state: 'open', cause: 'failsAtOnce' }));
}, 60_000);

test('Redis hung: all open, calls wait and then fail', async () => {
  const around = await open();
  around.redis.hang();
  await askUntilOpen(around.instances, COUNT);
  expect(await readSettled(around)).toEqual(all({ state: 'open', cause: 'hangs' }));
}, 60_000);

test('each reply 200 ms late: all open, calls are slow and do not fail', async () => {
  const around = await open();
  for (const { line } of around.instances) line.delay(200);
  await askUntilOpen(around.instances, COUNT);
  expect(await readSettled(around)).toEqual(all({ state: 'open', cause: 'slow' }));
}, 60_000);

test('one instance cut off: it alone is open', async () => {
  const around = await open();
  around.instances[1]?.line.cut();
  await askUntilOpen(around.instances, 1);
  expect(await readSettled(around)).toEqual([closed, { state: 'open', cause: 'hangs' }, closed]);
}, 60_000);

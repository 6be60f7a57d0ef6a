import { expect, test } from 'vitest';
import { createSettingRestorer } from '#server/jobs/probe/settingRestorer.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { type FakeProbedRedis, fakeProbedRedis } from '#test/support/probe/fakeProbe.ts';

const gone = new RedisFault('unreachable', '', 'Redis cannot be reached.');

function changedRedis({ before = 'K', during = 'KEm', address = '127.0.0.1:6379' } = {}): FakeProbedRedis {
  const redis = fakeProbedRedis();
  redis.setting = during;
  redis.tools.records.writeIntent({ address, before, during, atMs: 0 });
  return redis;
}

test('puts back exactly what it was, and forgets it', async () => {
  const redis = changedRedis({ before: 'AK', during: 'AKEm' });
  const restorer = createSettingRestorer(redis.tools);
  expect(restorer.isPending()).toBe(true);
  expect(await restorer.restore()).toBe('notify-keyspace-events is "AK" again, as before.');
  expect(redis.setting).toBe('AK');
  expect(restorer.isPending()).toBe(false);
  expect(await restorer.restore()).toBe('');
});

test('knows a value that Redis writes in another order as the same', async () => {
  const redis = changedRedis();
  redis.setting = 'mEK';
  expect(await createSettingRestorer(redis.tools).restore()).toContain('again, as before');
  expect(redis.setting).toBe('K');
});

test('leaves alone what somebody else has set meanwhile', async () => {
  const redis = changedRedis();
  redis.setting = 'Kx';
  const restorer = createSettingRestorer(redis.tools);
  expect(await restorer.restore()).toContain('changed to "Kx" by somebody else');
  expect(redis.setting).toBe('Kx');
  expect(restorer.isPending()).toBe(false);
});

test('never touches another Redis than the one that was changed, and says how to do it there', async () => {
  const redis = changedRedis({ address: 'elsewhere:6379' });
  const restorer = createSettingRestorer(redis.tools);
  expect(await restorer.restore()).toContain('CONFIG SET notify-keyspace-events "K"');
  await restorer.close();
  expect(redis.setting).toBe('KEm');
  expect(redis.openCount).toBe(0);
  expect(restorer.isPending()).toBe(true);
});

test('goes on in the background until Redis answers, and tells each new thing once', async () => {
  const redis = changedRedis();
  redis.fault = gone;
  const restorer = createSettingRestorer(redis.tools);
  expect(await restorer.restore()).toContain('is tried again until it is');
  await redis.tools.clock.pause(120_000);
  expect(redis.reports).toHaveLength(1);
  redis.fault = null;
  await redis.tools.clock.pause(31_000);
  expect(redis.setting).toBe('K');
  expect(redis.reports).toHaveLength(2);
  expect(redis.reports[1]).toContain('again, as before');
});

test('does not take an OK for done where the value is still another', async () => {
  const redis = changedRedis();
  redis.isSettable = false;
  const restorer = createSettingRestorer(redis.tools);
  expect(await restorer.restore()).toContain('it is still "KEm"');
  expect(restorer.isPending()).toBe(true);
  await restorer.close();
});

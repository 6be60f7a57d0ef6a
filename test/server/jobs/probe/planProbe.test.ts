import { expect, test } from 'vitest';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { fakeProbedRedis } from '#test/support/probe/fakeProbe.ts';
import { plannedProbe } from '#test/support/probe/plannedProbe.ts';

test('tells the load now, the cost while attached, and when it will stop, and changes nothing', async () => {
  const redis = fakeProbedRedis();
  redis.setting = 'Kx';
  redis.pingMs = () => 2;
  const { plan, runId } = await plannedProbe(redis, 'window10s');
  expect(runId).toBe('run-1');
  // Our own 100 PINGs of that second are no load of the services.
  expect(plan.commandsPerSecond).toBeGreaterThan(880);
  expect(plan.commandsPerSecond).toBeLessThan(1_000);
  expect(plan.extraBytesPerSecond).toBeGreaterThan(80 * plan.commandsPerSecond);
  expect(plan).toMatchObject({ idlePingP99Ms: 2, pingLimitMs: 7 });
  expect(plan.setting).toEqual({ name: 'notify-keyspace-events', before: 'Kx', during: 'KxEm' });
  expect(redis.setting).toBe('Kx');
});

test('changes no setting that has the events of missed keys already', async () => {
  const redis = fakeProbedRedis();
  redis.setting = 'AEm';
  expect((await plannedProbe(redis, 'bursts')).plan.setting.during).toBeNull();
});

test.each([
  ['6.2.14', 'needs Redis 7.0 or later, and this one says 6.2.14'],
  ['', 'this one says no version'],
])('refuses version "%s"', async (version, text) => {
  const redis = fakeProbedRedis();
  redis.version = version;
  await expect(plannedProbe(redis, 'window2s')).rejects.toThrow(text);
});

test('refuses a node of a Cluster, whose other nodes it would not see', async () => {
  const redis = fakeProbedRedis();
  redis.isCluster = true;
  await expect(plannedProbe(redis, 'window2s')).rejects.toThrow('does not measure Clusters yet');
});

test('passes on what Redis does not permit', async () => {
  const redis = fakeProbedRedis();
  redis.fault = new RedisFault('notPermitted', 'MONITOR', 'Add to its ACL: +monitor');
  await expect(plannedProbe(redis, 'window2s')).rejects.toThrow('+monitor');
});

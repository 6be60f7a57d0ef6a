import { expect, test } from 'vitest';
import { apiClient } from '#test/support/apiClient.ts';
import { endedProbe, keyspaceEvents, probeReads, startProbe } from '#test/support/probe/probeJob.ts';
import { startForeignProgram } from '#test/support/probe/startForeignProgram.ts';
import { openNodeClient } from '#test/support/redis/openNodeClient.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

test('a probe stops by itself when Redis slows, keeps what it saw, and puts the setting back', async () => {
  await using redis = await startRedis(['--enable-debug-command', 'yes']);
  await using _program = await startForeignProgram(redis.port, 1_000);
  await using server = await startCachescope({ redisUrl: redis.url });
  const api = apiClient(server.url);
  const job = await startProbe(api, 'window60s');
  await probeReads(api, job.id);
  const sleeper = await openNodeClient(redis.port);
  // Far above what a PING takes on a machine that is busy with other tests.
  let isSlow = true;
  const slowing = (async () => {
    while (isSlow) await sleeper.call('DEBUG', 'SLEEP', '0.4');
  })();
  const end = await endedProbe(api, job.id);
  isSlow = false;
  await slowing;
  sleeper.disconnect();
  expect(end.state).toBe('failed');
  expect(end.outcome).toMatch(
    /^Stopped by itself\. Redis has become slow: one PING in ten took more than [1-9]\d{2,}\.\d ms;/,
  );
  expect(end.outcome).toContain('notify-keyspace-events is "" again');
  expect(end.progress.attachedMs).toBeLessThan(20_000);
  expect(end.progress.lookupCount).toBeGreaterThan(0);
  expect(await keyspaceEvents(redis)).toBe('');
}, 90_000);

test('a probe whose Redis stops answering ends within seconds, and the setting is put back when it answers', async () => {
  await using redis = await startRedis();
  await using _program = await startForeignProgram(redis.port, 1_000);
  await using server = await startCachescope({ redisUrl: redis.url });
  const api = apiClient(server.url);
  const job = await startProbe(api, 'window60s');
  await probeReads(api, job.id);
  redis.hang();
  const end = await endedProbe(api, job.id);
  expect(end).toMatchObject({ state: 'failed' });
  expect(end.outcome).toContain('not set back to "" yet');
  redis.resume();
  await waitUntil('the setting is put back', async () => (await keyspaceEvents(redis)) === '');
}, 90_000);

test('a probe that Redis closes because it would have to keep too much ends, and says why it may be', async () => {
  await using redis = await startRedis(['--client-output-buffer-limit', 'pubsub 1mb 0 0']);
  await using _program = await startForeignProgram(redis.port, 1_000);
  await using server = await startCachescope({ redisUrl: redis.url });
  const api = apiClient(server.url);
  const job = await startProbe(api, 'window60s');
  await probeReads(api, job.id);
  await redis.client.set('shop:page:1', 'x'.repeat(3_000_000));
  const end = await endedProbe(api, job.id);
  expect(end).toMatchObject({ state: 'failed' });
  expect(end.outcome).toContain('client-output-buffer-limit');
  expect(await keyspaceEvents(redis)).toBe('');
}, 90_000);

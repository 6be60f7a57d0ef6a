import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import {
  completedProbe,
  endedProbe,
  keyspaceEvents,
  probeNow,
  probeReads,
  startProbe,
} from '#test/support/probe/probeJob.ts';
import { startForeignProgram } from '#test/support/probe/startForeignProgram.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const target = { targetId: DEFAULT_TARGET_ID };
const TOLERANCE_POINTS = 1;

async function dataDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cachescope-probe-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('hit rate by pattern of a program that exports nothing is within 1 point of its own counts', async () => {
  await using redis = await startRedis(['--notify-keyspace-events', 'Kx']);
  await using program = await startForeignProgram(redis.port, 2_000);
  await using server = await startCachescope({ redisUrl: redis.url });
  const api = apiClient(server.url);

  const plan = await api.jobs.planProbe.mutate({ ...target, schedule: 'window10s' });
  expect(plan.commandsPerSecond).toBeGreaterThan(500);
  expect(plan.extraBytesPerSecond).toBeGreaterThan(plan.commandsPerSecond * 40);
  expect(plan.setting).toMatchObject({ name: 'notify-keyspace-events', before: 'xK' });
  expect(await keyspaceEvents(redis)).toBe('xK');

  const job = await api.jobs.start.mutate({ ...target, token: plan.token, typed: '', reason: '' });
  await waitUntil('its cost is told while it runs', async () => {
    const { progress } = await probeNow(api, job.id);
    const { linesPerSecond, bytesPerSecond, pingP99Ms, commandsPerSecond } = progress;
    return [linesPerSecond, bytesPerSecond, pingP99Ms, commandsPerSecond].every((value) => value !== null);
  });
  expect(await keyspaceEvents(redis)).toBe('xKEm');

  await completedProbe(api, 'window10s', job.id);
  expect(await keyspaceEvents(redis)).toBe('xK');
  const list = await api.patterns.list.query({ ...target, range: { last: '1h' }, compare: 'none' });
  expect(list.probe?.source).toBe('live probe, 10 s');
  const windows = [
    { fromMs: (list.probe?.atMs ?? 0) - (list.probe?.attachedMs ?? 0), toMs: list.probe?.atMs ?? 0 },
  ];
  for (const kind of ['shop:product', 'user:session']) {
    const row = list.rows.find(({ pattern }) => pattern === `${kind}:{id}`);
    const probe = row?.probe.state === 'known' ? row.probe.value : null;
    const own = await program.ownRatio(kind, windows);
    expect(own.count).toBeGreaterThan(2_000);
    const off = 100 * Math.abs((probe?.hit.ratio ?? Number.NaN) - own.ratio);
    expect(off, `${kind}: ${probe?.hit.ratio} probed, ${own.ratio} counted`).toBeLessThan(TOLERANCE_POINTS);
    expect(row?.traffic.state).toBe('unknown');
  }
  const { entries } = await api.audit.list.query({ ...target, limit: 3 });
  expect(entries.map(({ action, phase }) => [action, phase])).toEqual([
    ['probe', 'ended'],
    ['probe', 'started'],
    ['probe', 'planned'],
  ]);
  expect(JSON.stringify([list, entries, server.output()])).not.toContain('secret value');
}, 150_000);

test('the setting is put back after a cancel, and what was seen is kept', async () => {
  await using redis = await startRedis();
  await using _program = await startForeignProgram(redis.port, 1_000);
  await using server = await startCachescope({ redisUrl: redis.url });
  const api = apiClient(server.url);
  const job = await startProbe(api, 'window60s');
  await probeReads(api, job.id);
  expect(await keyspaceEvents(redis)).toBe('Em');
  await api.jobs.cancel.mutate({ ...target, jobId: job.id });
  const end = await endedProbe(api, job.id);
  expect(end).toMatchObject({ state: 'cancelled' });
  expect(end.outcome).toContain('notify-keyspace-events is "" again');
  expect(await keyspaceEvents(redis)).toBe('');
}, 60_000);

test('after kill -9 of the server, its next start puts the setting back', async () => {
  await using redis = await startRedis(['--notify-keyspace-events', 'KEA']);
  const directory = await dataDirectory();
  const before = await keyspaceEvents(redis);
  {
    await using server = await startCachescope({ redisUrl: redis.url, dataDirectory: directory });
    await startProbe(apiClient(server.url), 'window60s');
    await waitUntil('the setting is changed', async () => (await keyspaceEvents(redis)) !== before);
    process.kill(server.pid, 'SIGKILL');
    await waitUntil('the server is gone', async () => server.exitCode() !== null || !isAlive(server.pid));
  }
  expect(await keyspaceEvents(redis)).not.toBe(before);
  await using server = await startCachescope({ redisUrl: redis.url, dataDirectory: directory });
  await waitUntil('the setting is put back', async () => (await keyspaceEvents(redis)) === before);
  await waitUntil('it is told', async () => server.output().includes('again, as before'));
  const { entries } = await apiClient(server.url).audit.list.query({ ...target, limit: 1 });
  expect(entries[0]).toMatchObject({ action: 'probe', phase: 'interrupted' });
}, 60_000);

test('after kill -9, a setting that somebody else has changed meanwhile is left alone', async () => {
  await using redis = await startRedis();
  const directory = await dataDirectory();
  {
    await using server = await startCachescope({ redisUrl: redis.url, dataDirectory: directory });
    await startProbe(apiClient(server.url), 'window60s');
    await waitUntil('the setting is changed', async () => (await keyspaceEvents(redis)) === 'Em');
    process.kill(server.pid, 'SIGKILL');
    await waitUntil('the server is gone', async () => !isAlive(server.pid));
  }
  await redis.client.config('SET', 'notify-keyspace-events', 'Kg');
  await using server = await startCachescope({ redisUrl: redis.url, dataDirectory: directory });
  await waitUntil('it is told', async () => server.output().includes('changed to "gK" by somebody else'));
  expect(await keyspaceEvents(redis)).toBe('gK');
}, 60_000);

test('the setting is put back after the connection was dropped, when Redis can be reached again', async () => {
  await using redis = await startRedis();
  await using _program = await startForeignProgram(redis.port, 1_000);
  await using proxy = await startTcpProxy(redis.port);
  await using server = await startCachescope({ redisUrl: `redis://127.0.0.1:${proxy.port}` });
  const api = apiClient(server.url);
  const job = await startProbe(api, 'window60s');
  await waitUntil('the setting is changed', async () => (await keyspaceEvents(redis)) === 'Em');
  await proxy.reset();
  const end = await endedProbe(api, job.id);
  expect(end).toMatchObject({ state: 'failed' });
  expect(end.outcome).toContain('not set back to "" yet');
  await proxy.pass();
  await waitUntil('the setting is put back', async () => (await keyspaceEvents(redis)) === '');
}, 60_000);

test('a probe whose connection Redis closes ends, and puts the setting back', async () => {
  await using redis = await startRedis();
  await using _program = await startForeignProgram(redis.port, 1_000);
  await using server = await startCachescope({ redisUrl: redis.url });
  const api = apiClient(server.url);
  const job = await startProbe(api, 'window60s');
  await waitUntil('MONITOR is attached', async () =>
    /cmd=monitor/.test(String(await redis.client.client('LIST'))),
  );
  const monitor = /id=(\d+) [^\n]*cmd=monitor/.exec(String(await redis.client.client('LIST')))?.[1] ?? '';
  await redis.client.client('KILL', 'ID', monitor);
  expect(await endedProbe(api, job.id)).toMatchObject({ state: 'failed' });
  expect(await keyspaceEvents(redis)).toBe('');
}, 60_000);

test('a setting that somebody else changes while it runs is left alone, and the numbers are not kept', async () => {
  await using redis = await startRedis();
  await using _program = await startForeignProgram(redis.port, 1_000);
  await using server = await startCachescope({ redisUrl: redis.url });
  const api = apiClient(server.url);
  const job = await startProbe(api, 'window60s');
  await waitUntil('the setting is changed', async () => (await keyspaceEvents(redis)) === 'Em');
  await redis.client.config('SET', 'notify-keyspace-events', 'Kg');
  const end = await endedProbe(api, job.id);
  expect(end).toMatchObject({ state: 'failed' });
  expect(end.outcome).toContain('left alone');
  expect(await keyspaceEvents(redis)).toBe('gK');
  const list = await api.patterns.list.query({ ...target, range: { last: '1h' }, compare: 'none' });
  expect(list.probe).toBeNull();
}, 60_000);

test('what the Redis user may not do is said before, with the words to add', async () => {
  await using redis = await startRedis();
  await redis.client.call(
    'ACL',
    'SETUSER',
    'cs',
    'on',
    '>pw',
    'resetchannels',
    '~*',
    '+@all',
    '-monitor',
    '-config|set',
  );
  const url = `redis://cs:pw@127.0.0.1:${redis.port}`;
  await using server = await startCachescope({ redisUrl: url });
  const api = apiClient(server.url);
  await expect(api.jobs.planProbe.mutate({ ...target, schedule: 'window2s' })).rejects.toThrow(
    'Add to its ACL: +monitor +config|set &__keyevent@0__:keymiss',
  );
  await redis.client.call('ACL', 'SETUSER', 'cs', '+monitor', '+config|set', '&__keyevent@0__:keymiss');
  await completedProbe(api, 'window2s');
}, 60_000);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

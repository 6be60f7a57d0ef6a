import { expect, test } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import { ProbeRun } from '#server/jobs/probe/probeRun.ts';
import { createSettingRestorer } from '#server/jobs/probe/settingRestorer.ts';
import { openMonitorStream } from '#server/redis/probe/openMonitorStream.ts';
import { openProbeControl } from '#server/redis/probe/openProbeControl.ts';
import { fakeProbedRedis } from '#test/support/probe/fakeProbe.ts';
import { plannedProbe } from '#test/support/probe/plannedProbe.ts';
import { startTcpProxy } from '#test/support/redis/startTcpProxy.ts';
import { startRedis } from '#test/support/startRedis.ts';

/** 4 MB of values a second, as MONITOR would hand them on. */
const VALUE = 'x'.repeat(40_000);

test('stops while Redis has 8 MB for it that it does not read, long before Redis would close the connection', async () => {
  await using redis = await startRedis();
  await using proxy = await startTcpProxy(redis.port);
  const settings = {
    host: '127.0.0.1',
    port: redis.port,
    database: 0,
    username: null,
    password: null,
    tls: null,
  };
  const fake = fakeProbedRedis();
  const { addresses } = fake.tools;
  const tools = {
    ...fake.tools,
    clock: systemClock(),
    openControl: () => openProbeControl({ settings, addresses, timeoutMs: 1_000 }),
    openStream: (options: Parameters<typeof fake.tools.openStream>[0]) =>
      openMonitorStream({
        settings: { ...settings, port: proxy.port },
        addresses,
        timeoutMs: 1_000,
        ...options,
      }),
  };
  const writing = setInterval(() => void redis.client.set('shop:page:1', VALUE), 10);
  const planned = await plannedProbe({ tools }, 'window30s');
  // Slow PINGs, of a busy machine too, are another reason to stop.
  const held = { ...planned, plan: { ...planned.plan, pingLimitMs: 60_000 } };
  let buffered = 0;
  let stalledAtMs = 0;
  const watching = setInterval(async () => {
    const info = await redis.client.info('clients');
    const now = Number(/client_recent_max_output_buffer:(\d+)/.exec(info)?.[1] ?? 0);
    buffered = Math.max(buffered, now);
  }, 200);
  const end = await new ProbeRun({
    ...{ tools, restorer: createSettingRestorer(tools), held, jobId: 'job-1', mark: 'mark:' },
    stop: new AbortController().signal,
    onProgress({ elapsedMs }) {
      if (stalledAtMs > 0) return;
      stalledAtMs = elapsedMs;
      void proxy.stall('toClient');
    },
  }).toItsEnd();
  clearInterval(writing);
  clearInterval(watching);
  expect(end.outcome).toContain('comes faster than it can be read');
  expect(end.progress.elapsedMs - stalledAtMs).toBeLessThan(10_000);
  // Some lies in the buffers of the machine between us.
  expect(buffered).toBeGreaterThan(1_000_000);
  expect(buffered).toBeLessThan(32 * 1024 * 1024);
}, 60_000);

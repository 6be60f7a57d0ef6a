import { expect, test } from 'vitest';
import { ProbeRun } from '#server/jobs/probe/probeRun.ts';
import { createSettingRestorer } from '#server/jobs/probe/settingRestorer.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { ProbeProgress } from '#shared/acting/job.ts';
import type { ProbeScheduleId } from '#shared/probe/probeSchedule.ts';
import { FAKE_LINE_BYTES, type FakeProbedRedis, fakeProbedRedis } from '#test/support/probe/fakeProbe.ts';
import { plannedProbe } from '#test/support/probe/plannedProbe.ts';

async function run(
  redis: FakeProbedRedis,
  {
    schedule = 'window10s',
    onProgress = () => {},
    stop = new AbortController().signal,
  }: {
    schedule?: ProbeScheduleId;
    onProgress?: (progress: ProbeProgress) => void;
    stop?: AbortSignal;
  } = {},
) {
  const { tools } = redis;
  const held = await plannedProbe(redis, schedule);
  const restorer = createSettingRestorer(tools);
  const options = { tools, restorer, held, jobId: 'job-1', mark: 'mark:', stop, onProgress };
  const end = await new ProbeRun(options).toItsEnd();
  await restorer.close();
  return end;
}

/** Of the run's seconds; the plan's 100 PINGs come before. */
const inSecond = (number: number) => Math.floor((number - 101) / 100);

test('runs to its time when Redis answers as before, and counts what came by', async () => {
  const end = await run(fakeProbedRedis());
  expect(end).toMatchObject({ state: 'completed', progress: { attachedMs: 10_000 } });
  expect(end.result?.patterns).toHaveLength(1);
  expect(end.result?.patterns[0]).toMatchObject({ pattern: 'shop:product:{id}' });
});

test('stops by itself after two slow seconds in a row, keeps what it counted, and puts the setting back', async () => {
  const redis = fakeProbedRedis();
  redis.setting = 'K';
  redis.pingMs = (number) => (inSecond(number) >= 3 ? 9 : 1);
  const end = await run(redis);
  expect(end.state).toBe('failed');
  expect(end.outcome).toMatch(
    /^Stopped by itself\. Redis has become slow: one PING in ten took more than 9\.0 ms; before, .* 1\.0 ms, and the limit is 6\.0 ms\. .* look-ups of 1 pattern in 5\.\d s\. notify-keyspace-events is "K" again, as before\.$/,
  );
  expect(end.result?.endedEarly).toContain('Redis has become slow');
  expect(redis.setting).toBe('K');
});

test.each<[string, (number: number) => number]>([
  ['one slow second alone', (number) => (inSecond(number) === 3 ? 9 : 1)],
  ['every second second slow', (number) => (inSecond(number) % 2 === 0 ? 9 : 1)],
  ['one PING in twenty slow', (number) => (number % 20 === 0 ? 500 : 1)],
  ['PINGs just within the limit', () => 5.9],
])('goes on with %s', async (_name, pingMs) => {
  const redis = fakeProbedRedis();
  redis.pingMs = (number) => (number <= 100 ? 1 : pingMs(number));
  expect((await run(redis)).state).toBe('completed');
});

test('stops by itself in bursts as well, where each burst is a look', async () => {
  const redis = fakeProbedRedis();
  redis.pingMs = (number) => (number <= 160 ? 1 : 9);
  const end = await run(redis, { schedule: 'bursts' });
  expect(end).toMatchObject({ state: 'failed' });
  expect(end.progress.attachedMs).toBeLessThan(1_500);
});

test('stops when reading falls 8 MB behind, also when nothing at all comes any more', async () => {
  const redis = fakeProbedRedis();
  // 2.5 MB a second: 8 MB are there after 3.4 s.
  redis.commandsPerSecond = 2_500_000 / FAKE_LINE_BYTES;
  const seen: ProbeProgress[] = [];
  const end = await run(redis, {
    schedule: 'window30s',
    onProgress(progress) {
      seen.push(progress);
      if (seen.length === 3) redis.isRead = false;
    },
  });
  expect(end).toMatchObject({ state: 'failed' });
  expect(end.outcome).toContain('comes faster than it can be read');
  expect(end.progress.elapsedMs).toBeGreaterThan(6_000);
  expect(end.progress.elapsedMs).toBeLessThan(7_500);
  expect(seen.at(-1)?.unreadBytes).toBeGreaterThan(5_000_000);
  expect(redis.setting).toBe('');
});

test('does not take a quiet Redis whose commands come late for one that is not read', async () => {
  const redis = fakeProbedRedis();
  redis.commandsPerSecond = 10;
  redis.isRead = false;
  expect((await run(redis)).state).toBe('completed');
});

test('ends when Redis does not answer, and keeps what it counted', async () => {
  const redis = fakeProbedRedis();
  const end = await run(redis, {
    onProgress({ elapsedMs }) {
      if (elapsedMs > 2_500)
        redis.fault = new RedisFault('timeout', 'PING', 'Redis did not answer within 1 s.');
      // It comes back while the setting is put back.
      void redis.tools.clock.pause(50).then(() => {
        redis.fault = null;
      });
    },
  });
  expect(end.outcome).toContain('Stopped by itself. Redis did not answer within 1 s.');
  expect(end.result?.patterns).toHaveLength(1);
  expect(redis.setting).toBe('');
});

test('changes nothing where what has to be put back cannot be written down', async () => {
  const redis = fakeProbedRedis();
  redis.tools.records.writeIntent = () => {
    throw new Error('ENOSPC');
  };
  const end = await run(redis);
  expect(end.outcome).toContain('cannot be written to the data directory (ENOSPC), so nothing was changed');
  expect(end.result).toBeNull();
  expect(redis.setting).toBe('');
});

test('finds out a service that answers CONFIG SET with OK and does nothing', async () => {
  const redis = fakeProbedRedis();
  redis.isSettable = false;
  const end = await run(redis);
  expect(end.outcome).toContain('this service does not let it be changed');
  expect(end.result).toBeNull();
});

test('keeps nothing of a run in which somebody else changed the setting', async () => {
  const redis = fakeProbedRedis();
  const onProgress = (): void => {
    redis.setting = 'Kg';
  };
  const end = await run(redis, { onProgress });
  expect(end).toMatchObject({ state: 'failed', result: null });
  expect(end.outcome).toContain('left alone');
  expect(redis.setting).toBe('Kg');
});

test('a stop in the pause between two bursts ends it at once', async () => {
  const redis = fakeProbedRedis();
  const stop = new AbortController();
  void redis.tools.clock.pause(4_000).then(() => stop.abort('Stopped by ada.'));
  const end = await run(redis, { schedule: 'bursts', stop: stop.signal });
  expect(end).toMatchObject({ state: 'cancelled' });
  expect(end.progress.elapsedMs).toBeLessThan(4_100);
  expect(end.outcome).toContain('Stopped by ada.');
});

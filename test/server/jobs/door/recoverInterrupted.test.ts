import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { verifyAuditLog } from '#server/audit/verifyAuditLog.ts';
import { recoverInterrupted } from '#server/jobs/door/recoverInterrupted.ts';
import { memoryAuditLog } from '#test/support/jobs/memoryAuditLog.ts';
import { startRedis } from '#test/support/startRedis.ts';

it('a purge whose server is killed is on record, and the next start says so once', async () => {
  await using redis = await startRedis();
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-kill-'));
  const path = join(directory, 'audit.jsonl');
  const runner = new URL('../../../support/jobs/purgeRunner.ts', import.meta.url).pathname;
  let unauditedCount = 0;
  let interruptedCount = 0;
  try {
    for (const killAtKeys of [0, 1, 150, 400]) {
      await redis.client.flushall();
      const multi = redis.client.multi();
      for (let index = 0; index < 2_000; index += 1) multi.set(`p:${index}`, 'v').sadd('tag:a', `p:${index}`);
      await multi.exec();
      const child = spawn(process.execPath, [runner, path, String(redis.port), String(killAtKeys)], {
        stdio: 'inherit',
      });
      await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      const removedCount = 2_000 - (await redis.client.scard('tag:a'));
      const log = await openJsonLinesAuditLog({ path, nowMs: Date.now });
      const newest = (await log.list(1))[0];
      if (removedCount > 0 && newest?.phase !== 'started') unauditedCount += 1;
      const found = await recoverInterrupted(log);
      interruptedCount += found;
      if (found > 0)
        expect((await log.list(1))[0]).toMatchObject({ phase: 'interrupted', plannedCount: 2_000 });
      expect(await recoverInterrupted(log)).toBe(0);
      await log.close();
      expect((await verifyAuditLog(path)).isIntact).toBe(true);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  expect({ unauditedCount, interruptedCount }).toEqual({ unauditedCount: 0, interruptedCount: 4 });
});

it('says of a purge by mark that is cut short that it may be done, and counts no keys', async () => {
  const log = memoryAuditLog();
  await log.append({
    ...{ targetId: 'default', environment: 'demo', actor: 'ada', action: 'mark', phase: 'started' },
    ...{ planId: 'plan', jobId: 'job', subject: 'shop:cachetags:users', plannedCount: null },
    ...{ progress: null, outcome: '', reason: 'a test' },
  });
  expect(await recoverInterrupted(log)).toBe(1);
  const { phase, outcome } = log.entries.at(-1) ?? {};
  expect([phase, outcome]).toEqual([
    'interrupted',
    expect.stringMatching(/Whether the tag is purged .* is not known\. Purge it again/),
  ]);
  expect(outcome).not.toMatch(/keys/);
});

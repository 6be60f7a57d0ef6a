import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { verifyAuditLog } from '#server/audit/verifyAuditLog.ts';
import { recoverInterrupted } from '#server/jobs/door/recoverInterrupted.ts';
import { seededTest } from '#test/support/interleaving/runSeeds.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { seededRandom } from '#test/support/jobs/simulatedRedis.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);
/** Each starts a process of its own, so that thousands of seeds are hundreds of kills. */
const KILL_COUNT = Math.min(50, Number(process.env.SEEDS ?? 6));
const KEYS = 2_000;
/** At 2,000 keys a second the purge takes one; some are killed after its end. */
const LONGEST_LIFE_MS = 1_300;

let redis: TestRedis;
let directory: string;
beforeAll(async () => {
  redis = await startRedis();
  directory = await mkdtemp(join(tmpdir(), 'cachescope-kill-'));
});
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function fill(): Promise<void> {
  await redis.client.flushall();
  const multi = redis.client.multi();
  for (let id = 0; id < KEYS; id += 1) multi.set(`p:${id}`, 'v').sadd('tag:a', `p:${id}`);
  await multi.exec();
}

/** A server that begins a purge and is killed so long after its plan; resolves with the token of the plan. */
async function purgeAndKill(auditPath: string, afterMs: number): Promise<string> {
  const runner = new URL('../../support/jobs/purgeRunner.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [runner, auditPath, String(redis.port), 'never'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // From here on, since one that has ended its purge exits by itself.
  const gone = once(child, 'exit');
  const [sent] = await once(child, 'message');
  const { token } = z.object({ token: z.string() }).parse(sent);
  await pause(afterMs);
  child.kill('SIGKILL');
  await gone;
  return token;
}

/** What is wrong with the record of a purge that was killed; empty when all is told as it was. */
async function judge(auditPath: string, token: string): Promise<string[]> {
  const wrong: string[] = [];
  const goneCount = KEYS - (await redis.client.eval("return #redis.call('KEYS', 'p:*')", 0).then(Number));
  const log = await openJsonLinesAuditLog({ path: auditPath, nowMs: Date.now });
  const before = (await log.list(1))[0]?.phase;
  if (goneCount > 0 && before !== 'started' && before !== 'ended')
    wrong.push(`${goneCount} removed without an intent`);
  const found = await recoverInterrupted(log);
  const [last] = await log.list(1);
  if (before === 'started' && (found !== 1 || last?.phase !== 'interrupted'))
    wrong.push('the interruption is not told');
  if (before !== 'started' && found !== 0) wrong.push('an interruption is told that was none');
  if (last?.phase === 'interrupted' && (last.plannedCount !== KEYS || last.progress !== null)) {
    wrong.push('the interruption claims to know what it did');
  }
  if (last?.phase === 'ended' && last.progress?.changedCount !== goneCount) {
    wrong.push(`the end says ${last.progress?.changedCount} of ${goneCount}`);
  }
  const next = guardedJobsHarness(async () => openTestConnection(redis, 'operator'), { audit: log });
  const again = next.jobs.start(
    { targetId: 'default', token, typed: `demo ${KEYS}`, reason: 'again' },
    { name: 'ada', role: 'operator', sessionId: 'one' },
  );
  const refusal = await again.then(
    () => 'started',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
  if (refusal !== 'planUnknown') wrong.push(`the token of the killed server: ${String(refusal)}`);
  await log.close();
  if (!(await verifyAuditLog(auditPath)).isIntact) wrong.push('the chain is broken');
  return wrong;
}

it(
  `of ${KILL_COUNT} purges whose server was killed, each is on record as what it was`,
  seededTest,
  async () => {
    const failures: string[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + KILL_COUNT; seed += 1) {
      await fill();
      const auditPath = join(directory, `audit-${seed}.jsonl`);
      const token = await purgeAndKill(auditPath, seededRandom(seed)() * LONGEST_LIFE_MS);
      const wrong = await judge(auditPath, token);
      if (wrong.length > 0) failures.push(`FIRST_SEED=${seed} SEEDS=1: ${wrong.join('; ')}`);
    }
    expect(failures).toEqual([]);
  },
);

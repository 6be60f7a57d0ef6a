import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quoteForShell } from '#server/jobs/purge/selections/quoteForShell.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const execute = promisify(execFile);

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());
beforeEach(() => redis.client.flushall());

const openOperator = async () => openTestConnection(redis, 'operator');

describe('the plan', () => {
  it('reads only, and says what is there: existing keys, bytes, TTLs, rare patterns first, the largest', async () => {
    const multi = redis.client.multi();
    for (let index = 0; index < 99; index += 1) {
      multi.set(`p:${index}`, 'v', 'EX', index < 33 ? 60 : 6_000).sadd('tag:a', `p:${index}`);
    }
    multi.set('session:x', 'v'.repeat(10_000)).sadd('tag:a', 'session:x').sadd('tag:a', 'p:gone');
    await multi.exec();
    await redis.client.config('RESETSTAT');
    const made = await guardedJobsHarness(openOperator).plan('tag:a');
    const stats = await redis.client.info('commandstats');
    expect(stats).not.toMatch(/cmdstat_(unlink|srem|del|smembers|keys):/);
    expect(made).toMatchObject({
      keyCount: 101,
      existingCount: { value: 100, isExact: true },
      expiringSoonRatio: 0.33,
      confirmation: { kind: 'typed', text: 'demo 101' },
      isReasonRequired: true,
      isFrozenList: true,
    });
    expect(made.patterns.map(({ pattern, count, isUnusual }) => [pattern, count, isUnusual])).toEqual([
      ['p:gone', 1, true],
      ['session:x', 1, true],
      ['p:{id}', 99, false],
    ]);
    expect(made.largestKeys[0]?.key).toBe('session:x');
    expect(made.largestKeys).toHaveLength(5);
    expect(new Set(made.sampleKeys).size).toBe(20);
    expect(made.bytes).toMatchObject({ isExact: true });
    expect(made.expiresAtMs - made.createdAtMs).toBe(5 * 60_000);
  });

  it('asks for a click only up to 100 keys, and estimates what it samples above 1,000', async () => {
    const multi = redis.client.multi();
    for (let index = 0; index < 3_000; index += 1) multi.set(`p:${index}`, 'v').sadd('tag:b', `p:${index}`);
    for (let index = 0; index < 100; index += 1) multi.sadd('tag:a', `p:${index}`);
    await multi.exec();
    const { plan } = guardedJobsHarness(openOperator);
    expect(await plan('tag:a')).toMatchObject({ confirmation: { kind: 'click' }, isReasonRequired: false });
    const large = await plan('tag:b');
    expect(large.existingCount).toMatchObject({ value: 3_000, isExact: false });
    expect(large.bytes.low).toBeLessThanOrEqual(large.bytes.value);
    expect(large.token).toMatch(/^[\w-]{43}$/);
  });
});

describe('the shell commands', () => {
  it('leave the same end as the purge, for a tag whose name a shell would obey', async () => {
    const tag = "it's $(touch /tmp/x) `id` \\n *";
    for (const key of ["a b'c", 'plain', '$HOME', '-n', '*']) {
      await redis.client
        .multi()
        .set(key, 'v')
        .sadd(`shop:tag:${tag}`, key)
        .sadd(`shop:key-tags:${key}`, tag)
        .exec();
    }
    await redis.client.set('other', 'v');
    const made = await guardedJobsHarness(openOperator).plan(`shop:tag:${tag.replace('\\', '\\\\')}`);
    const script = made.shellCommands.join('\n');
    await execute('bash', ['-c', script], { env: { PATH: process.env.PATH, REDIS_URL: redis.url } });
    expect(await redis.client.keys('*')).toEqual(['other']);
  });

  it.each([
    ['plain', "'plain'"],
    ["it's", "'it'\\''s'"],
    ['line\nend', "$'line\\x0aend'"],
    ["é'\\", "$'\\xc3\\xa9\\x27\\x5c'"],
  ])('quote %j as one word', async (text, word) => {
    expect(quoteForShell(Buffer.from(text))).toBe(word);
    const { stdout } = await execute('bash', ['-c', `printf %s ${word}`]);
    expect(stdout).toBe(text);
  });

  it('cannot name a NUL byte', () => {
    expect(quoteForShell(Buffer.from('a\0b'))).toBeNull();
  });
});

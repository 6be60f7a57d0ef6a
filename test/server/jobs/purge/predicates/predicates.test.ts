import type { Redis } from 'ioredis';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeEntry } from '#cache/store/entryFormat.ts';
import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();
const HOUR_MS = 3_600_000;

beforeEach(async () => {
  await bench.redis.client.config('SET', 'maxmemory-policy', 'noeviction');
});

const patternOf = (key: string) => key.replace(/\d+$/, '{id}');
const ofP = (...where: KeyPredicate[]): PurgeSelection => ({ by: 'pattern', pattern: 'p:{id}', where });

function harness(declaredTtlMs: number | null = null) {
  return guardedJobsHarness(bench.openOperator, {
    patternOf,
    knownUse: { declaredTtlMs: () => declaredTtlMs, touchedAtMs: () => null },
    clock: {
      nowMs: Date.now,
      elapsedMs: () => performance.now(),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
    },
  });
}

/** Stores it anew as if it had last been used so long ago. */
async function restoreIdle(client: Redis, key: string, idleSeconds: number): Promise<void> {
  const ttlMs = Math.max(0, await client.pttl(key));
  const dump = await client.dumpBuffer(key);
  await client.restore(key, ttlMs, dump, 'REPLACE', 'IDLETIME', idleSeconds);
}

function entryStoredAt(storedAtMs: number, payload = '{"a":1}'): Buffer {
  const header = { softExpiryAtMs: 0, loadMs: 0, version: 0, storedAtMs, isNegative: false, isTagged: false };
  return encodeEntry({ ...header, owner: Buffer.alloc(8) }, Buffer.from(payload));
}

const left = async () => (await bench.redis.client.keys('*')).toSorted();

async function purge(selection: PurgeSelection, jobs = harness()) {
  const made = await jobs.planOf(selection, { isWholeCacheMeant: true });
  const job = await jobs.ended(await jobs.start(made));
  expect(jobs.bugs).toEqual([]);
  return { made, job };
}

describe('a purge by conditions takes', () => {
  it('keys without a TTL, and of these those above a size', async () => {
    const { client } = bench.redis;
    await client.set('p:1', 'v');
    await client.set('p:2', 'v', 'EX', 100);
    await client.set('p:3', 'v'.repeat(5_000));
    await client.set('p:4', 'v'.repeat(5_000), 'EX', 100);
    await client.set('q:5', 'v'.repeat(5_000));
    const { made } = await purge(ofP({ is: 'withoutTtl' }, { is: 'larger', thanBytes: 4_096 }));
    expect(made).toMatchObject({
      title: 'Purge 1 key of p:{id}, without a TTL and larger than 4 KiB in demo',
      subject: 'pattern p:{id}, without a TTL and larger than 4 KiB',
      isFrozenList: true,
      notes: [],
    });
    expect(await left()).toEqual(['p:1', 'p:2', 'p:4', 'q:5']);
    await purge({ by: 'glob', glob: '*', where: [{ is: 'withoutTtl' }] });
    expect(await left()).toEqual(['p:2', 'p:4']);
  });

  it('keys of a format, also inside an entry of the library, and no collections', async () => {
    const { client } = bench.redis;
    await client.set('p:1', '{"a":1}');
    await client.set('p:2', 'plain words');
    await client.set('p:3', entryStoredAt(Date.now()));
    await client.set('p:4', entryStoredAt(Date.now(), 'plain words'));
    await client.hset('p:5', 'a', '{"a":1}');
    const { made } = await purge(ofP({ is: 'format', format: 'json' }));
    expect(made.title).toContain('in the format JSON');
    expect(await left()).toEqual(['p:2', 'p:4', 'p:5']);
  });

  it('keys that nobody has used for a time, by their idle time', async () => {
    const { client } = bench.redis;
    for (const key of ['p:1', 'p:2', 'p:3']) await client.set(key, 'v');
    await restoreIdle(client, 'p:1', 7_200);
    await restoreIdle(client, 'p:2', 3_000);
    await purge(ofP({ is: 'idle', forMs: HOUR_MS }));
    expect(await left()).toEqual(['p:2', 'p:3']);
  });

  it('entries that were stored longer ago, and says of how many that cannot be told', async () => {
    const { client } = bench.redis;
    await client.set('p:1', entryStoredAt(Date.now() - 2 * HOUR_MS));
    await client.set('p:2', entryStoredAt(Date.now() - 600_000));
    for (const key of ['p:3', 'p:4']) await client.set(key, 'who knows');
    const { made, job } = await purge(ofP({ is: 'older', thanMs: HOUR_MS }));
    expect(made.keyCount).toBe(1);
    expect(made.notes).toEqual([expect.stringMatching(/^Of 2 keys of p:\{id\} it cannot be told/)]);
    expect(job.progress.changedCount).toBe(1);
    expect(await left()).toEqual(['p:2', 'p:3', 'p:4']);
  });

  it('keys older than a time by the TTL that their pattern is declared to give', async () => {
    const { client } = bench.redis;
    await client.set('p:1', 'v', 'PX', 2 * HOUR_MS);
    await client.set('p:2', 'v', 'PX', 4 * HOUR_MS);
    await client.set('p:3', 'v');
    const { made } = await purge(ofP({ is: 'older', thanMs: HOUR_MS }), harness(4 * HOUR_MS));
    expect(made.notes).toEqual([expect.stringContaining('Of 1 key of')]);
    expect(await left()).toEqual(['p:2', 'p:3']);
  });

  it('entries that nobody has read since they were stored, though the look before the plan touches them', async () => {
    const { client } = bench.redis;
    for (const key of ['p:1', 'p:2', 'p:3']) {
      await client.set(key, entryStoredAt(Date.now() - 2 * HOUR_MS), 'EX', 9_999);
    }
    await client.set('p:4', 'no entry');
    await restoreIdle(client, 'p:1', 7_200);
    await restoreIdle(client, 'p:2', 3_000);
    await restoreIdle(client, 'p:4', 7_200);
    const { made, job } = await purge(ofP({ is: 'neverRead' }));
    expect(made).toMatchObject({ keyCount: 1, sampleKeys: ['p:1'] });
    expect(made.notes).toEqual([expect.stringContaining('Of 1 key of')]);
    expect(job.outcome).toMatch(/^1 removed\./);
    expect(await left()).toEqual(['p:2', 'p:3', 'p:4']);
  });

  it('keys whose counter of LFU is at its start, of a declared TTL alone where our reading would count', async () => {
    const { client } = bench.redis;
    await client.config('SET', 'maxmemory-policy', 'allkeys-lfu');
    await client.set('p:1', 'v', 'PX', 2 * HOUR_MS);
    await client.set('p:2', 'v', 'PX', 2 * HOUR_MS);
    for (let read = 0; read < 30; read += 1) await client.get('p:2');
    const { made } = await purge(ofP({ is: 'neverRead' }), harness(4 * HOUR_MS));
    expect(made.notes).toEqual([expect.stringContaining('LFU')]);
    expect(await left()).toEqual(['p:2']);
    await client.set('p:3', entryStoredAt(Date.now() - 2 * HOUR_MS));
    await expect(harness().planOf(ofP({ is: 'neverRead' }))).rejects.toMatchObject({
      code: 'notFound',
      message: expect.stringMatching(/Of 2 keys.*counts as use under LFU/),
    });
    await expect(harness().planOf(ofP({ is: 'idle', forMs: HOUR_MS }))).rejects.toMatchObject({
      code: 'badInput',
      message: expect.stringContaining('allkeys-lfu'),
    });
  });
});

it('leaves alone what no longer meets the condition when its turn comes', async () => {
  const { client } = bench.redis;
  await client.mset(Object.fromEntries(Array.from({ length: 50 }, (_, id) => [`p:${id}`, 'v'])));
  const jobs = harness();
  const made = await jobs.planOf(ofP({ is: 'withoutTtl' }), { isWholeCacheMeant: true });
  expect(made.keyCount).toBe(50);
  await client.expire('p:7', 100);
  await client.del('p:8');
  const job = await jobs.ended(await jobs.start(made));
  expect(await left()).toEqual(['p:7']);
  expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 48, skippedCount: 2 } });
});

it('spares what was read between the plan and the change', async () => {
  const { client } = bench.redis;
  for (const key of ['p:1', 'p:2']) {
    await client.set(key, 'v');
    await restoreIdle(client, key, 7_200);
  }
  const jobs = harness();
  const made = await jobs.planOf(ofP({ is: 'idle', forMs: HOUR_MS }), { isWholeCacheMeant: true });
  await client.get('p:1');
  await jobs.ended(await jobs.start(made));
  expect(await left()).toEqual(['p:1']);
});

it('of names alone catches more than half of all keys only when that is meant', async () => {
  await bench.redis.client.mset(Object.fromEntries(Array.from({ length: 150 }, (_, id) => [`p:${id}`, 'v'])));
  await expect(harness().planOf(ofP({ is: 'withoutTtl' }))).rejects.toMatchObject({
    code: 'badInput',
    message: expect.stringContaining('more than half'),
  });
});

it('is told what the Redis user may not ask', async () => {
  const { client } = bench.redis;
  await client.set('p:1', 'v');
  await client.call('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', '+@all', '-object|idletime');
  const jobs = guardedJobsHarness(() => bench.openOperator({ username: 'narrow', password: 'pw' }), {
    patternOf,
  });
  await expect(jobs.planOf(ofP({ is: 'idle', forMs: HOUR_MS }))).rejects.toThrow(/OBJECT IDLETIME/);
});

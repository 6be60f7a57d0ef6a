import { describe, expect, it } from 'vitest';
import { encodeEntry, NO_OWNER } from '#cache/store/entryFormat.ts';
import { UNDO_KEPT_MS } from '#server/jobs/undo/undoVault.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { parseEntryHeader } from '#server/sources/look/parseEntryHeader.ts';
import { formatKey } from '#shared/keyText.ts';
import { type Decide, faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { quickClock } from '#test/support/jobs/quickClock.ts';
import { storeTagged } from '#test/support/jobs/storeTagged.ts';

const bench = purgeBench();
const { openOperator, storeMany } = bench;

const harnessOf = (open = openOperator) => guardedJobsHarness(open, { clock: quickClock() });

interface KeyState {
  readonly value: unknown;
  /** Epoch ms by Redis; -1 = it has none. */
  readonly expiresAtMs: number;
}

/** Everything that is in Redis, by key. */
async function snapshot(): Promise<Map<string, KeyState>> {
  const { client } = bench.redis;
  const all = new Map<string, KeyState>();
  for (const key of await client.keys('*')) {
    const type = await client.type(key);
    const value =
      type === 'set'
        ? (await client.smembers(key)).sort()
        : type === 'zset'
          ? await client.zrange(key, '0', '-1', 'WITHSCORES')
          : type === 'hash'
            ? await client.hgetall(key)
            : await client.get(key);
    all.set(key, { value, expiresAtMs: await client.pexpiretime(key) });
  }
  return all;
}

function expectSame(now: ReadonlyMap<string, KeyState>, before: ReadonlyMap<string, KeyState>): void {
  expect([...now.keys()].sort()).toEqual([...before.keys()].sort());
  for (const [key, { value, expiresAtMs }] of before) {
    expect(now.get(key)?.value).toEqual(value);
    expect(Math.abs((now.get(key)?.expiresAtMs ?? 0) - expiresAtMs)).toBeLessThan(1_000);
  }
}

describe('an undo', () => {
  it('brings back 10,000 values with their TTLs and tags', async () => {
    await storeMany(9_900, 'p:', ['a']);
    for (let id = 0; id < 50; id += 1) await storeTagged(bench.redis.client, `q:${id}`, ['a', 'b']);
    await bench.redis.client.hset('hash:1', 'field', 'value');
    await bench.redis.client.sadd('tag:a', 'hash:1');
    await bench.redis.client.sadd('key-tags:hash:1', 'a');
    await bench.redis.client.persist('p:7');
    await bench.redis.client.expire('tag:a', 4_000);
    await storeTagged(bench.redis.client, 'other', ['b']);
    const before = await snapshot();
    const { plan, start, ended, planUndo, undone } = harnessOf();
    const made = await plan('tag:a');
    expect(made.undo).toEqual({ state: 'kept', keptMs: UNDO_KEPT_MS });
    const purge = await ended(await start(made));
    expect(purge.progress.changedCount).toBe(9_951);
    expect(purge.undoUntilMs).toBeGreaterThan(Date.now());
    expect((await bench.redis.client.keys('*')).length).toBeLessThan(10);
    const undo = await planUndo(purge);
    expect(undo.title).toBe('Bring back 9,951 keys tagged a in demo');
    const back = await undone(await start(undo));
    expect(back).toMatchObject({ state: 'completed', progress: { changedCount: 9_951, skippedCount: 0 } });
    expectSame(await snapshot(), before);
  }, 120_000);

  it('never overwrites what was stored since, and leaves what would have expired', async () => {
    await storeMany(20, 'p:', ['a']);
    await bench.redis.client.pexpire('p:5', 300);
    const { plan, start, ended, planUndo, undone } = harnessOf();
    const purge = await ended(await start(await plan('tag:a')));
    await bench.redis.client.set('p:1', 'newer');
    await new Promise((resolve) => setTimeout(resolve, 400));
    const back = await undone(await start(await planUndo(purge)));
    expect(back.progress).toMatchObject({ changedCount: 18, skippedCount: 2 });
    expect(back.outcome).toContain('2 were stored anew since, or would have expired by now');
    expect(await bench.redis.client.get('p:1')).toBe('newer');
    expect(await bench.redis.client.exists('p:5')).toBe(0);
  });

  it('brings entries of our library back as stale, with everything else as it was', async () => {
    const entry = encodeEntry(
      {
        ...{ isNegative: false, isTagged: true, softExpiryAtMs: Date.now() + 60_000, loadMs: 12 },
        ...{ version: 7, storedAtMs: 1_700_000_000_000, owner: NO_OWNER },
      },
      Buffer.from('"payload"'),
    );
    await storeTagged(bench.redis.client, 'p:1', ['a']);
    await bench.redis.client.set('p:1', entry, 'EX', 600);
    const { plan, start, ended, planUndo, undone } = harnessOf();
    const purge = await ended(await start(await plan('tag:a')));
    const undo = await planUndo(purge);
    expect(undo).toMatchObject({ keyCount: 1, entryCount: 1 });
    expect(undo.warning).not.toContain('other value');
    await undone(await start(undo));
    const back = await bench.redis.client.getBuffer('p:1');
    expect(parseEntryHeader(back ?? Buffer.alloc(0))?.softExpiryAtMs).toBe(0);
    expect(back?.subarray(12)).toEqual(entry.subarray(12));
    expect(await bench.redis.client.ttl('p:1')).toBeGreaterThan(590);
  });

  it('of binary keys, by their names alone, restores these', async () => {
    const keys = [Buffer.from('61fffe62', 'hex'), Buffer.from('x\r\nFLUSHALL'), Buffer.from('a*b')];
    for (const key of keys) await bench.redis.client.set(key, Buffer.from([0, 255, 10]));
    const { planOf, start, ended, planUndo, undone } = harnessOf();
    const made = await planOf({ by: 'keys', keys: keys.map(formatKey) });
    const purge = await ended(await start(made));
    await undone(await start(await planUndo(purge)));
    for (const key of keys)
      expect(await bench.redis.client.getBuffer(key)).toEqual(Buffer.from([0, 255, 10]));
  });

  it('whose answer is lost asks again, and nothing is there twice or overwritten', async () => {
    await storeMany(150, 'p:', ['a']);
    const before = await snapshot();
    let lostCount = 0;
    const decide: Decide = ([name]) => {
      if (name !== 'RESTORE' || lostCount >= 1) return pass;
      lostCount += 1;
      return { kind: 'loseReply', fault: new RedisFault('timeout', name, 'Redis did not answer in time.') };
    };
    const { plan, start, ended, planUndo, undone } = harnessOf(async () =>
      faultyConnection(await openOperator(), decide),
    );
    const purge = await ended(await start(await plan('tag:a')));
    const back = await undone(await start(await planUndo(purge)));
    expect(back).toMatchObject({ state: 'completed', progress: { changedCount: 150, unknownCount: 0 } });
    expectSame(await snapshot(), before);
  });
});

describe('nothing can be brought back', () => {
  it('of data that is said to be bad, of a spread purge, or where DUMP is not permitted; the plan says so', async () => {
    await storeMany(5, 'p:', ['a']);
    const { planOf, start, ended, planUndo } = harnessOf();
    const tagA = { by: 'tag', layout: 'simple', tagKey: 'tag:a' } as const;
    const bad = await planOf(tagA, { isDataBad: true });
    expect(bad.undo).toMatchObject({ state: 'notKept', why: expect.stringMatching(/wrong or leaked/) });
    expect(await planOf(tagA, { method: { how: 'spread', overMs: 60_000 } })).toMatchObject({
      undo: { state: 'notKept' },
    });
    const denied = harnessOf(async () =>
      faultyConnection(await openOperator(), ([name]) =>
        name === 'DUMP'
          ? {
              kind: 'refuse',
              fault: new RedisFault('notPermitted', name, 'The Redis user may not run DUMP.'),
            }
          : pass,
      ),
    );
    expect((await denied.planOf(tagA)).undo).toMatchObject({ why: 'The Redis user may not run DUMP.' });
    const purge = await ended(await start(bad));
    expect(purge.undoUntilMs).toBeNull();
    await expect(planUndo(purge)).rejects.toMatchObject({ code: 'notFound' });
  });

  it('after 15 minutes, also with a plan that was made before', async () => {
    await storeMany(5, 'p:', ['a']);
    const harness = guardedJobsHarness(openOperator);
    const purge = await harness.ended(await harness.start(await harness.plan('tag:a')));
    harness.clock.advance(UNDO_KEPT_MS - 60_000);
    const late = await harness.planUndo(purge);
    harness.clock.advance(61_000);
    await expect(harness.start(late)).rejects.toMatchObject({ code: 'planExpired' });
    await expect(harness.planUndo(purge)).rejects.toMatchObject({ code: 'notFound' });
  });

  it('by a viewer', async () => {
    await storeMany(5, 'p:', ['a']);
    const { plan, start, ended, planUndo } = harnessOf();
    const purge = await ended(await start(await plan('tag:a')));
    await expect(planUndo(purge, { ...operator, role: 'viewer' })).rejects.toMatchObject({
      code: 'notAllowed',
    });
  });
});

it('a purge whose values cannot be kept stops before it removes them', async () => {
  await storeMany(150, 'p:', ['a']);
  let isDenied = false;
  const decide: Decide = ([name]) =>
    name === 'DUMP' && isDenied
      ? { kind: 'refuse', fault: new RedisFault('notPermitted', name, 'The Redis user may not run DUMP.') }
      : pass;
  const { plan, start, ended } = harnessOf(async () => faultyConnection(await openOperator(), decide));
  const made = await plan('tag:a');
  expect(made.undo.state).toBe('kept');
  isDenied = true;
  const job = await ended(await start(made));
  expect(job).toMatchObject({ state: 'failed', progress: { changedCount: 0, unknownCount: 0 } });
  expect(job.outcome).toContain('DUMP');
  expect(await bench.redis.client.scard('tag:a')).toBe(150);
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { escapeGlob } from '#server/jobs/purge/selections/escapeGlob.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { formatKey } from '#shared/keyText.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();
const { openOperator } = bench;
const execute = promisify(execFile);

const hostile = [
  'a*b',
  'aXb',
  'a[1]',
  'a1',
  'a?c',
  'abc',
  'back\\slash',
  'x\r\nFLUSHALL',
  'é',
  'nul\0',
  '^-]',
].map((text) => Buffer.from(text));

async function storeAll(keys: readonly (string | Buffer)[]): Promise<void> {
  for (const key of keys) await bench.redis.client.set(key, 'v');
}

/** As Redis itself matches, shown as the page shows keys. */
async function keysMatching(glob: Buffer): Promise<string[]> {
  const found = await bench.redis.client.callBuffer('KEYS', glob);
  if (!Array.isArray(found)) throw new Error('KEYS gave no list');
  return found
    .filter((key) => Buffer.isBuffer(key))
    .map(formatKey)
    .sort();
}

const keysLeft = () => keysMatching(Buffer.from('*'));

describe('a purge of named keys', () => {
  it('removes these bytes and no others, each once', async () => {
    const all = [...hostile, Buffer.from('61fffe62', 'hex')];
    for (const key of all) {
      await bench.redis.client.flushall();
      await storeAll(all);
      const { planOf, start, ended } = guardedJobsHarness(openOperator);
      const made = await planOf({ by: 'keys', keys: [formatKey(key), formatKey(key)] });
      expect(made).toMatchObject({ keyCount: 1, subject: formatKey(key), isFrozenList: true });
      const job = await ended(await start(made));
      expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 1 } });
      const others = all.filter((other) => !other.equals(key));
      expect(await keysLeft()).toEqual(others.map(formatKey).sort());
    }
  });

  it('of keys that are gone says that there is nothing to purge', async () => {
    const { planOf } = guardedJobsHarness(openOperator);
    await expect(planOf({ by: 'keys', keys: ['gone'] })).rejects.toMatchObject({ code: 'notFound' });
    await expect(planOf({ by: 'keys', keys: ['bad\\'] })).rejects.toMatchObject({ code: 'badInput' });
  });
});

describe('a purge by glob', () => {
  it.each(['a*', 'a?[bc]', 'a\\*b', '[^a]*', '*slash', '*\\x00', 'a[0-9]'])(
    'of %s removes what Redis itself matches',
    async (glob) => {
      await storeAll(hostile);
      // As escaped text of the page; Redis gets the bytes.
      const asked = formatKey(Buffer.from(glob === '*\\x00' ? '*\0' : glob));
      const bytes = glob === '*\\x00' ? Buffer.from('*\0') : Buffer.from(glob);
      const matched = await keysMatching(bytes);
      const others = (await keysLeft()).filter((key) => !matched.includes(key));
      expect(matched.length).toBeGreaterThan(0);
      const { planOf, start, ended } = guardedJobsHarness(openOperator);
      await ended(await start(await planOf({ by: 'glob', glob: asked })));
      expect(await keysLeft()).toEqual(others);
    },
  );

  it('that catches more than half of all keys is refused, unless the whole cache is meant', async () => {
    await storeAll(Array.from({ length: 150 }, (_, id) => `p:${id}`));
    await storeAll(Array.from({ length: 50 }, (_, id) => `q:${id}`));
    const { planOf } = guardedJobsHarness(openOperator);
    await expect(planOf({ by: 'glob', glob: '*' })).rejects.toMatchObject({ code: 'badInput' });
    await expect(planOf({ by: 'glob', glob: 'p:*' })).rejects.toThrow(/150 of 200 keys.*more than half/);
    expect(await planOf({ by: 'glob', glob: '*' }, { isWholeCacheMeant: true })).toMatchObject({
      keyCount: 200,
    });
    expect(await planOf({ by: 'glob', glob: 'q:*' })).toMatchObject({ keyCount: 50 });
  });

  it('longer than a glob may be is refused', async () => {
    const { planOf } = guardedJobsHarness(openOperator);
    await expect(planOf({ by: 'glob', glob: 'é'.repeat(129) })).rejects.toThrow(/258/);
  });
});

describe('a purge of a pattern', () => {
  it('removes its keys and leaves those of others that begin alike', async () => {
    await storeAll(['shop:p:1', 'shop:p:22', 'shop:p:1:reviews', 'shop:p:x', 'shop:q:1']);
    const { planOf, start, ended } = guardedJobsHarness(openOperator);
    const made = await planOf({ by: 'pattern', pattern: 'shop:p:{id}' });
    expect(made.title).toBe('Purge 2 keys of shop:p:{id} in demo');
    await ended(await start(made));
    expect(await keysLeft()).toEqual(['shop:p:1:reviews', 'shop:p:x', 'shop:q:1']);
  });

  it('whose start has glob characters takes them as they stand', async () => {
    await storeAll(['a*[x]:1', 'a*[x]:2', 'aZx:1']);
    const { planOf, start, ended } = guardedJobsHarness(openOperator);
    await ended(await start(await planOf({ by: 'pattern', pattern: 'a*[x]:{id}' })));
    expect(await keysLeft()).toEqual(['aZx:1']);
  });

  it('runs a rule above 10,000 keys, and stops before there are over 10 % more', async () => {
    const store = async (from: number, to: number) => {
      const pipeline = bench.redis.client.pipeline();
      for (let id = from; id < to; id += 1) pipeline.set(`p:${id}`, 'v');
      await pipeline.exec();
    };
    await store(0, 10_500);
    const { planOf, start, ended } = guardedJobsHarness(openOperator);
    const ask = () => planOf({ by: 'pattern', pattern: 'p:{id}' }, { isWholeCacheMeant: true });
    const made = await ask();
    expect(made).toMatchObject({ isFrozenList: false, keyCount: 10_500 });
    expect((await ended(await start(made))).progress).toMatchObject({ changedCount: 10_500 });
    expect(await bench.redis.client.dbsize()).toBe(0);
    await store(0, 10_500);
    const small = await ask();
    await store(10_500, 14_000);
    const job = await ended(await start(small));
    expect(job).toMatchObject({ state: 'failed', outcome: expect.stringMatching(/over 10 % more keys/) });
    expect(await bench.redis.client.dbsize()).toBeGreaterThanOrEqual(14_000 - 11_550);
  });

  it('that only gathers what is past the limit is refused', async () => {
    const { planOf } = guardedJobsHarness(openOperator);
    await expect(planOf({ by: 'pattern', pattern: 'other' })).rejects.toMatchObject({ code: 'badInput' });
  });
});

it.each<[string, PurgeSelection, string[]]>([
  ['keys', { by: 'keys', keys: ["it's", '$HOME', 'a b'] }, ['other']],
  ['a glob', { by: 'glob', glob: '*[t E]*' }, []],
])('the shell commands of %s leave the same end', async (_name, selection, left) => {
  await storeAll(["it's", '$HOME', 'a b', 'other']);
  const made = await guardedJobsHarness(openOperator).planOf(selection);
  const script = made.shellCommands.join('\n');
  await execute('bash', ['-c', script], { env: { PATH: process.env.PATH, REDIS_URL: bench.redis.url } });
  expect(await keysLeft()).toEqual(left);
});

it('an escaped glob matches its bytes and nothing else', async () => {
  await storeAll(hostile);
  for (const key of hostile) expect(await keysMatching(escapeGlob(key))).toEqual([formatKey(key)]);
});

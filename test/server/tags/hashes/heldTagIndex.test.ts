import { describe, expect, it } from 'vitest';
import { nextHeldTags } from '#server/tags/hashes/nextHeldTags.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { runShell } from '#test/support/tags/runShell.ts';

const bench = purgeBench();
const HOLDER = 'shop:__sharedTags__';

async function open(tag: string) {
  const operator = await bench.openOperator();
  const index = await nextHeldTags.open(operator, Buffer.from(`${HOLDER}[${tag}]`));
  return { operator, index };
}

describe('a tag in the hash of a handler of Next.js', () => {
  it('is what one of its lists names, wholly', async () => {
    await bench.redis.client.hset(HOLDER, {
      a: '["user"]',
      b: '["users","user"]',
      c: '["users"]',
      d: 'no list',
    });
    const { operator, index } = await open('user');
    expect(await index?.readMemberCount(operator)).toBe(2);
    const page = await index?.readEntryKeys(operator, { cursor: '0', count: 100 });
    expect(page?.elements.map(String).toSorted()).toEqual(['shop:a', 'shop:b']);
  });

  it('is no tag where the hash holds no lists', async () => {
    await bench.redis.client.hset(HOLDER, { a: 'anna', b: '7', c: '{"tags":[]}' });
    expect((await open('user')).index).toBeNull();
    await bench.redis.client.del(HOLDER);
    await bench.redis.client.set(HOLDER, '["user"]');
    expect((await open('user')).index).toBeNull();
  });

  it('counts each entry of a large hash once', async () => {
    const fields = Array.from({ length: 1_500 }, (_, at) => [`page${at}`, at % 3 === 0 ? '["x"]' : '["y"]']);
    await bench.redis.client.hset(HOLDER, Object.fromEntries(fields));
    const { operator, index } = await open('x');
    expect(await index?.readMemberCount(operator)).toBe(500);
  });

  it('of a path also leaves the time at which it was revalidated, and tells those who listen', async () => {
    await bench.redis.client.hset(HOLDER, { a: '["_N_T_/shop"]' });
    const { operator, index } = await open('_N_T_/shop');
    const [mark, message] = (await index?.prepareEnd(operator)) ?? [];
    expect(mark?.slice(0, 3).map(String)).toEqual(['HSET', 'shop:__revalidated_tags__', '_N_T_/shop']);
    expect(Math.abs(Number(mark?.[3]) - Date.now())).toBeLessThan(10_000);
    expect(message?.map(String)).toEqual([
      'PUBLISH',
      'shop::sync-channel:__revalidated_tags__',
      `{"type":"insert","key":"_N_T_/shop","value":${String(mark?.[3])}}`,
    ]);
    expect(await (await open('user')).index?.prepareEnd(operator)).toEqual([]);
  });

  it('of Cache Components always leaves that time, also by the lines for a shell', async () => {
    const holder = 'shop:__cacheComponents_sharedTags__';
    await bench.redis.client.hset(holder, { a: '["user"]', b: '["users"]' });
    await bench.redis.client.mset({ 'shop:a': 'v', 'shop:b': 'v' });
    const connection = await bench.openOperator();
    const index = await nextHeldTags.open(connection, Buffer.from(`${holder}[user]`));
    expect(await index?.readMemberCount(connection)).toBe(1);
    const quote = (bytes: Buffer) => `'${bytes.toString('latin1')}'`;
    await runShell(index?.prepareShellCommands(quote) ?? [], bench.redis.port);
    expect(await bench.redis.client.keys('shop:?')).toEqual(['shop:b']);
    expect(await bench.redis.client.hkeys(holder)).toEqual(['b']);
    const times = await bench.redis.client.hgetall('shop:__cacheComponents_revalidated_tags__');
    expect(Object.keys(times)).toEqual(['user']);
    expect(Math.abs(Number(times.user) - Date.now())).toBeLessThan(10_000);
    const [mark] = (await index?.prepareEnd(connection)) ?? [];
    expect(mark?.slice(0, 3).map(String)).toEqual([
      'HSET',
      'shop:__cacheComponents_revalidated_tags__',
      'user',
    ]);
  });

  it('is removed by the lines for a shell as well', async () => {
    await bench.redis.client.hset(HOLDER, { a: '["user"]', 'b c': '["users","user"]', d: '["users"]' });
    await bench.redis.client.hset('shop:__sharedTagsTtl__', { a: '1', d: '2' });
    await bench.redis.client.mset({ 'shop:a': 'v', 'shop:b c': 'v', 'shop:d': 'v' });
    const { index } = await open('user');
    const quote = (bytes: Buffer) => `'${bytes.toString('latin1')}'`;
    await runShell(index?.prepareShellCommands(quote) ?? [], bench.redis.port);
    expect(new Set(await bench.redis.client.keys('*'))).toEqual(
      new Set([HOLDER, 'shop:__sharedTagsTtl__', 'shop:d']),
    );
    expect(await bench.redis.client.hkeys(HOLDER)).toEqual(['d']);
    expect(await bench.redis.client.hkeys('shop:__sharedTagsTtl__')).toEqual(['d']);
  });
});

import type { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryStore, EntryToStore } from '#cache/entries/entryStore.ts';
import { openEntryStore } from '#cache/entries/openEntryStore.ts';
import { SpannedEntryStore } from '#cache/entries/spannedEntryStore.ts';
import { type EntryHeader, encodeEntry, NO_OWNER } from '#cache/store/entryFormat.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { type CacheBench, openTransport, startBench } from '../startCache.ts';

interface Place {
  readonly client: Redis | Cluster;
  readonly prefix: string;
  readonly isSpanned: boolean;
  flush(): Promise<unknown>;
}

let bench: CacheBench;
let cluster: TestCluster;
const places: Record<string, () => Promise<Place>> = {
  'one server': async () => ({
    client: await bench.connect(),
    prefix: 'shop:',
    isSpanned: false,
    flush: () => bench.redis.client.flushall(),
  }),
  'one slot of a Cluster': async () => ({
    client: await cluster.connect(),
    prefix: '{shop}:',
    isSpanned: false,
    flush: () => cluster.flushAll(),
  }),
  'many slots of a Cluster': async () => ({
    client: await cluster.connect(),
    prefix: 'shop:',
    isSpanned: true,
    flush: () => cluster.flushAll(),
  }),
};

beforeAll(async () => {
  bench = await startBench();
  cluster = await startRedisCluster();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

describe.each(Object.keys(places))('on %s', (name) => {
  let place: Place;
  let store: EntryStore;
  beforeAll(async () => {
    const open = places[name];
    if (open === undefined) throw new Error('There is no such place.');
    place = await open();
    store = openEntryStore(openTransport(place.client), place.prefix);
    expect(store instanceof SpannedEntryStore).toBe(place.isSpanned);
  });
  beforeEach(() => place.flush());

  const nameOf = (key: string): string => `${place.prefix}${key}`;
  const put = async (key: string, given: Partial<EntryToStore> & Partial<EntryHeader> = {}) => {
    const { storedAtMs = 8e12, loadMs = 1, softExpiryAtMs = 9e12, isNegative = false, ...entry } = given;
    const header = {
      isNegative,
      isTagged: false,
      softExpiryAtMs,
      loadMs,
      storedAtMs,
      owner: NO_OWNER,
    };
    const version = entry.version ?? 0;
    const outcome = await store.store({
      key: nameOf(key),
      bytes: encodeEntry({ ...header, version }, Buffer.from(`"${key} ${version}"`)),
      ttlMs: 60_000,
      tags: null,
      mark: null,
      isWrite: false,
      isOutdated: () => false,
      ...entry,
      version,
    });
    return outcome.isDone ? outcome.reply : outcome.code;
  };
  const mark = async (): Promise<string> => {
    const outcome = await store.readMark();
    if (!outcome.isDone) throw new Error(outcome.code);
    return outcome.reply;
  };
  const exists = async (key: string): Promise<boolean> => (await place.client.exists(nameOf(key))) === 1;
  const members = async (tag: string): Promise<string[]> =>
    (await place.client.smembers(nameOf(`tag:${tag}`))).sort();

  it('stores an entry with its life, and lists it under its tags', async () => {
    expect(await put('a', { tags: ['t', 'u'] })).toBe('stored');
    expect(await exists('a')).toBe(true);
    expect(await members('t')).toEqual([nameOf('a')]);
    expect(await members('u')).toEqual([nameOf('a')]);
    expect((await place.client.smembers(nameOf(`key-tags:${nameOf('a')}`))).sort()).toEqual(['t', 'u']);
    expect(await place.client.pttl(nameOf('a'))).toBeGreaterThan(50_000);
    expect(await place.client.pttl(nameOf('tag:t'))).toBeGreaterThan(100_000);
  });

  it('refuses a load that began before its key was invalidated', async () => {
    const before = await mark();
    await store.remove(nameOf('a'), 'hard');
    expect(await put('a', { mark: before })).toBe('outdated');
    expect(await exists('a')).toBe(false);
    expect(await put('b', { mark: before })).toBe('stored');
    expect(await put('a', { mark: await mark() })).toBe('stored');
  });

  it('tells whether a mark is from before an invalidation of the key, of one of its tags or of all', async () => {
    const isFenced = async (since: string) => store.isFenced(since, nameOf('a'), ['t', 'u']);
    const start = await mark();
    await store.fenceKey(nameOf('b'));
    await store.fence(['other']);
    expect(await isFenced(start)).toEqual({ isDone: true, reply: false });
    for (const raise of [
      () => store.fenceKey(nameOf('a')),
      () => store.fence(['other', 'u']),
      () => store.fence(null),
    ]) {
      const before = await mark();
      await raise();
      expect(await isFenced(before)).toEqual({ isDone: true, reply: true });
      expect(await isFenced(await mark())).toEqual({ isDone: true, reply: false });
    }
  });

  it('refuses a load that began before one of its tags was invalidated', async () => {
    const before = await mark();
    await store.fence(['t']);
    expect(await put('a', { mark: before, tags: ['s', 't'] })).toBe('outdated');
    expect(await exists('a')).toBe(false);
    expect(await put('b', { mark: before, tags: ['s'] })).toBe('stored');
  });

  it('refuses all loads under way when everything is fenced', async () => {
    const before = await mark();
    await store.fence(null);
    expect(await put('a', { mark: before })).toBe('outdated');
  });

  it('refuses a load that began before a write of its key', async () => {
    const before = await mark();
    expect(await put('a', { isWrite: true })).toBe('stored');
    expect(await put('a', { mark: before, bytes: Buffer.from('older') })).toBe('outdated');
    expect(await place.client.get(nameOf('a'))).not.toBe('older');
  });

  it('refuses loads whose fences are gone: evicted, expired, or Redis was emptied', async () => {
    const before = await mark();
    await place.flush();
    expect(await put('a', { mark: before })).toBe('outdated');
  });

  it('keeps the fences of many invalidations within bounds, and refuses only loads older than those it still tells apart', async () => {
    const old = await mark();
    const fenceMany = async (from: number): Promise<void> => {
      for (let page = 0; page < 52; page += 1) {
        await store.fence(Array.from({ length: 100 }, (_, index) => `t${from + page * 100 + index}`));
      }
    };
    await fenceMany(0);
    const young = await mark();
    await fenceMany(100_000);
    expect(await place.client.zcard(nameOf('cachescope:fences'))).toBeLessThan(10_010);
    expect(await put('a', { mark: old, tags: ['t0'] })).toBe('outdated');
    expect(await put('a', { mark: old, tags: ['never fenced'] })).toBe('outdated');
    expect(await put('a', { mark: young, tags: ['never fenced'] })).toBe('stored');
    expect(await put('b', { mark: young, tags: ['t100001'] })).toBe('outdated');
  });

  it('refuses loads whose fences are gone also when they have begun anew', async () => {
    const before = await mark();
    await store.remove(nameOf('a'), 'hard');
    await place.client.unlink(nameOf('cachescope:fences'));
    await store.remove(nameOf('b'), 'hard');
    expect(await put('a', { mark: before })).toBe('outdated');
    expect(await put('a', { mark: await mark() })).toBe('stored');
  });

  it('never replaces a version by an older one', async () => {
    expect(await put('a', { version: 7 })).toBe('stored');
    expect(await put('a', { version: 6 })).toBe('outdated');
    expect(await put('a', { version: 7 })).toBe('stored');
    expect(await put('a', { version: 9_007_199_254_740_991 })).toBe('stored');
    expect(await put('a', { version: 9_007_199_254_740_990 })).toBe('outdated');
  });

  it('lets no "not found" replace a versioned value that was stored since its load began', async () => {
    const given = { mark: await mark() };
    expect(await put('a', { ...given, version: 7, storedAtMs: 8e12 })).toBe('stored');
    const notFound = { ...given, isNegative: true, storedAtMs: 8e12 + 40, loadMs: 50 };
    expect(await put('a', notFound)).toBe('outdated');
    expect((await place.client.getBuffer(nameOf('a')))?.includes('a 7')).toBe(true);
    await store.remove(nameOf('a'), 'hard');
    expect(await put('a', { ...notFound, mark: await mark() })).toBe('stored');
  });

  it('lets a "not found" replace what was stored before its load began, and a writer everything', async () => {
    const given = { mark: await mark() };
    const later = { isNegative: true, storedAtMs: 8e12 + 60, loadMs: 50 };
    await put('versioned', { ...given, version: 7 });
    expect(await put('versioned', { ...given, ...later })).toBe('stored');
    await put('plain', given);
    expect(await put('plain', { ...given, ...later })).toBe('stored');
    await put('set', { ...given, version: 7 });
    expect(await put('set', { isNegative: true, isWrite: true })).toBe('stored');
  });

  it('lets no load without a version replace what a load that began later has stored', async () => {
    const given = { mark: await mark() };
    expect(await put('a', { ...given, loadMs: 10, storedAtMs: 8e12 })).toBe('stored');
    expect(await put('a', { ...given, loadMs: 31, storedAtMs: 8e12 + 20 })).toBe('outdated');
    expect(await put('a', { ...given, loadMs: 30, storedAtMs: 8e12 + 20 })).toBe('stored');
    expect(await put('a', { isWrite: true, loadMs: 0, storedAtMs: 7e12 })).toBe('stored');
  });

  it('lets a load replace what is stale, whenever that was loaded', async () => {
    const given = { mark: await mark() };
    const older = { ...given, loadMs: 50, storedAtMs: 8e12 };
    await put('expired', { ...given, softExpiryAtMs: 8e12 - 60 });
    expect(await put('expired', older)).toBe('stored');
    await put('marked', given);
    await store.removeKeys([Buffer.from(nameOf('marked'))], 'soft');
    expect(await put('marked', older)).toBe('stored');
  });

  it('neither replaces nor removes a key of another type', async () => {
    await place.client.hset(nameOf('a'), 'field', 'value');
    expect(await put('a')).toBe('refused');
    for (const mode of ['hard', 'soft'] as const) {
      expect(await store.remove(nameOf('a'), mode)).toMatchObject({ reply: { removedCount: 0 } });
    }
    expect(await place.client.hgetall(nameOf('a'))).toEqual({ field: 'value' });
  });

  it('gives a write the mark against which it is held', async () => {
    const first = await store.fenceKey(nameOf('a'));
    const second = await store.fenceKey(nameOf('a'));
    if (!first.isDone || !second.isDone) throw new Error('no mark');
    expect(Number(second.reply)).toBeGreaterThan(Number(first.reply));
    expect(await put('a', { mark: first.reply, isWrite: true })).toBe('outdated');
    expect(await put('a', { mark: second.reply, isWrite: true })).toBe('stored');
    expect(await put('a', { mark: second.reply, isWrite: true })).toBe('outdated');
  });

  it('removes members of a tag and says which there were', async () => {
    for (const key of ['a', 'b']) await put(key, { tags: ['t'] });
    const listed = ['a', 'b', 'gone'].map((key) => Buffer.from(nameOf(key)));
    const outcome = await store.removeMembers('t', listed, 'hard');
    expect(outcome).toMatchObject({ isDone: true });
    if (!outcome.isDone) return;
    expect(outcome.reply.removedKeys.map(String).sort()).toEqual([nameOf('a'), nameOf('b')]);
    expect(await exists('a')).toBe(false);
    expect(await members('t')).toEqual([]);
  });

  it('marks members of a tag in place', async () => {
    await put('a', { tags: ['t'] });
    await store.removeMembers('t', [Buffer.from(nameOf('a'))], 'soft');
    const bytes = await place.client.getBuffer(nameOf('a'));
    expect(bytes?.readBigUInt64BE(4)).toBe(0n);
    expect(await members('t')).toEqual([nameOf('a')]);
  });

  it('takes members without an entry out of a tag, and leaves the others', async () => {
    await put('a', { tags: ['t'] });
    await place.client.sadd(nameOf('tag:t'), nameOf('gone'));
    await store.dropGone('t', [Buffer.from(nameOf('a')), Buffer.from(nameOf('gone'))]);
    expect(await members('t')).toEqual([nameOf('a')]);
  });

  it('adds nothing to the hits and misses of Redis', async () => {
    // A Cluster gives the statistics of one node, whichever it asks.
    if (place.client.isCluster) return;
    await put('warm', { tags: ['t'] });
    const readStats = async (): Promise<number> => {
      const info = await place.client.info('stats');
      const count = (field: string): number => Number(new RegExp(`${field}:(\\d+)`).exec(info)?.[1]);
      return count('keyspace_hits') + count('keyspace_misses');
    };
    const before = await readStats();
    const began = await mark();
    await put('a', { mark: began, tags: ['t'], version: 3 });
    await put('a', { mark: began, tags: ['u'], version: 4 });
    await store.removeMembers('u', [Buffer.from(nameOf('a'))], 'soft');
    await store.dropGone('u', [Buffer.from(nameOf('a'))]);
    await store.remove(nameOf('a'), 'hard');
    await store.fence(['t']);
    expect(await readStats()).toBe(before);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cache, type CacheOptions, type Family, family } from '#cache/cache.ts';
import { HeldInMemory } from '#cache/memory/heldInMemory.ts';
import { type MemoryEntry, MemoryStore, memoryBytes } from '#cache/memory/memoryStore.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { NO_OWNER } from '#cache/store/entryFormat.ts';
import { type CacheBench, countOf, shopCache, startBench } from '../startCache.ts';

type Page = { readonly list: number[]; readonly deep: { readonly text: string } };
type Families = { readonly page: Family<'page:{id}', Page> };

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

async function openL1(load: () => Promise<Page>, options: Partial<CacheOptions<Families>> = {}) {
  const cache = shopCache(
    await bench.connect(),
    { page: family({ key: 'page:{id}', ttlSeconds: 60, load, tags: () => ['pages'] }) },
    { l1: {}, ...options },
  );
  let isLive = false;
  cache.on('coherence', ({ state }) => {
    isLive = state === 'live';
  });
  await vi.waitFor(() => expect(isLive).toBe(true));
  return cache;
}

const page = (): Page => ({ list: [1], deep: { text: 'a' } });

/** Reads until L1 answers. */
async function fill(cache: Cache<Families>, id = 1): Promise<void> {
  await vi.waitFor(async () => {
    const before = await countOf(cache, 'cache_layer_gets_total', { layer: 'l1', result: 'hit' });
    await cache.page.get({ id });
    expect(await countOf(cache, 'cache_layer_gets_total', { layer: 'l1', result: 'hit' })).toBe(before + 1);
  });
}

describe('L1', () => {
  it('is off by default', async () => {
    const cache = shopCache(await bench.connect(), {});
    await cache.set('x', 1, { ttlSeconds: 60 });
    for (let round = 0; round < 3; round += 1) await cache.getOrSet('x', async () => 2, { ttlSeconds: 60 });
    expect(await countOf(cache, 'cache_layer_gets_total', { layer: 'l1' })).toBe(0);
  });

  it('answers without Redis, counted by level', async () => {
    const cache = await openL1(async () => page());
    await fill(cache);
    await bench.redis.client.config('RESETSTAT');
    expect(await cache.page.get({ id: 1 })).toEqual(page());
    expect(await bench.redis.client.info('commandstats')).not.toMatch(/cmdstat_m?get:/);
    await cache.close();
  });

  it('gives nobody the means to change what others get', async () => {
    const cache = await openL1(async () => page());
    await fill(cache);
    const held = await cache.page.get({ id: 1 });
    expect(() => held.list.push(2)).toThrow(TypeError);
    expect(await cache.page.get({ id: 1 })).toEqual(page());
    await cache.close();
  });

  it('leaves the object that was loaded to who loaded it', async () => {
    const cache = await openL1(async () => page());
    const loaded = await cache.page.get({ id: 1 });
    loaded.list.push(2);
    await fill(cache);
    expect(await cache.page.get({ id: 1 })).toEqual(page());
    await cache.close();
  });

  it.each([
    ['a deletion', (cache: Cache<Families>) => cache.page.delete({ id: 1 })],
    ['an invalidation of its tag', (cache: Cache<Families>) => cache.invalidateTag('pages')],
    ['an invalidation of its pattern', (cache: Cache<Families>) => cache.invalidatePattern('page:*')],
    ['a write', (cache: Cache<Families>) => cache.page.set({ id: 1 }, { list: [], deep: { text: 'new' } })],
  ])('is emptied of an entry in every instance by %s', async (_, change) => {
    const load = vi.fn(async () => page());
    const instances = [await openL1(load), await openL1(load)] as const;
    const [one, other] = instances;
    for (const cache of instances) await fill(cache);
    load.mockImplementation(async () => ({ list: [], deep: { text: 'new' } }));
    await change(one);
    expect((await one.page.get({ id: 1 })).deep.text).toBe('new');
    await vi.waitFor(async () => expect((await other.page.get({ id: 1 })).deep.text).toBe('new'));
    for (const cache of instances) await cache.close();
  });

  it('holds an entry no longer than its own time, nor than the entry is fresh', async () => {
    let nowMs = 1_800_000_000_000;
    const load = vi.fn(async () => page());
    const cache = await openL1(load, { l1: { ttlSeconds: 5 }, clock: () => nowMs });
    await fill(cache);
    nowMs += 5_001;
    const before = await countOf(cache, 'cache_layer_gets_total', { layer: 'l2', result: 'hit' });
    await cache.page.get({ id: 1 });
    expect(await countOf(cache, 'cache_layer_gets_total', { layer: 'l2', result: 'hit' })).toBe(before + 1);
    nowMs += 60_000;
    await cache.page.get({ id: 1 });
    expect(load).toHaveBeenCalledTimes(2);
    await cache.close();
  });
});

const header = {
  isNegative: false,
  isTagged: false,
  softExpiryAtMs: 9e12,
  loadMs: 0,
  version: 0,
  storedAtMs: 0,
  owner: NO_OWNER,
};
const entry = (bytes = 100, tags: readonly string[] = []): MemoryEntry => ({
  header,
  value: 'v',
  tags,
  freshUntilMs: 9e12,
  staleUntilMs: 9e12,
  bytes,
});

describe('a memory store', () => {
  it('is bounded by entries and by bytes, the least recently used going first', () => {
    const evicted = vi.fn();
    const byEntries = new MemoryStore({ maxEntries: 2, maxBytes: 1e6 }, evicted);
    for (const key of ['a', 'b']) byEntries.set(key, entry());
    byEntries.get('a');
    byEntries.set('c', entry());
    expect(
      [byEntries.get('a'), byEntries.get('b'), byEntries.get('c')].map((one) => one !== undefined),
    ).toEqual([true, false, true]);
    expect(evicted).toHaveBeenCalledTimes(1);
    const byBytes = new MemoryStore({ maxEntries: 100, maxBytes: 250 }, evicted);
    for (const key of ['a', 'b', 'c']) byBytes.set(key, entry(100));
    expect(byBytes.snapshot()).toMatchObject({ entryCount: 2, bytes: 200 });
    byBytes.set('too large', entry(251));
    expect(byBytes.snapshot()).toMatchObject({ entryCount: 2, bytes: 200 });
  });

  it('counts its bytes rightly over replacement and removal', () => {
    const store = new MemoryStore({ maxEntries: 10, maxBytes: 1e6 }, () => {});
    store.set('a', entry(100, ['t']));
    store.set('a', entry(300, ['u']));
    expect(store.snapshot().bytes).toBe(300);
    expect(store.deleteTagged('t')).toBe(0);
    expect(store.snapshot().entryCount).toBe(1);
    expect(store.deleteTagged('u')).toBe(1);
    expect(store.snapshot()).toMatchObject({ entryCount: 0, bytes: 0 });
  });

  it('takes an entry for more than its payload', () => {
    expect(memoryBytes('key', 10)).toBeGreaterThan(13);
  });
});

/** Whose subscription the test ends and begins. */
function heldWith(events = new CacheEvents()) {
  const listeners: ((state: 'live' | 'lost') => void)[] = [];
  let session: { startedAtMs: number } | null = { startedAtMs: 1 };
  const coherence = {
    get session() {
      return session;
    },
    onChange: (listener: (state: 'live' | 'lost') => void) => void listeners.push(listener),
  };
  const bounds = { maxEntries: 10, maxBytes: 1e6, ttlMs: 1_000 };
  const held = new HeldInMemory({ l1: bounds, fallback: bounds }, { coherence, events, clock: () => 0 });
  const become = (next: typeof session): void => {
    session = next;
    for (const listener of listeners) listener(next === null ? 'lost' : 'live');
  };
  return { held, lose: () => become(null), find: () => become({ startedAtMs: 2 }) };
}

describe('what is held in memory', () => {
  it('takes into L1 only what was read in the session that still runs', () => {
    const { held, lose, find } = heldWith();
    const before = held.session;
    held.keepInL1(before, 'kept', entry());
    expect(held.readL1('kept')).toBeDefined();
    lose();
    expect(held.readL1('kept')).toBeUndefined();
    expect(held.readFallback('kept')).toBeDefined();
    find();
    held.keepInL1(before, 'late', entry());
    expect(held.readL1('late')).toBeUndefined();
    expect(held.readL1('kept')).toBeUndefined();
    expect(held.readFallback('kept')).toBeUndefined();
  });

  it('tells how many entries left it because of an invalidation, and how many with the subscription', () => {
    const events = new CacheEvents();
    const told: string[] = [];
    events.on('evicted', ({ layer, cause, count }) => void told.push(`${layer} ${cause} ${count}`));
    const { held, lose, find } = heldWith(events);
    for (const key of ['a', 'b', 'c', 'd', 'e']) held.keepInL1(held.session, key, entry(100, [`of ${key}`]));
    held.invalidateKey('none');
    held.invalidateKey('a');
    held.invalidateTag('of b');
    held.invalidateWhere((key) => key > 'b' && key < 'e');
    held.keepInL1(held.session, 'f', entry());
    lose();
    held.invalidateKey('f');
    find();
    expect(told).toEqual([
      'l1 invalidated 1',
      'l1 invalidated 1',
      'l1 invalidated 2',
      'l1 disconnected 2',
      'memory invalidated 1',
      'memory disconnected 1',
    ]);
  });
});

it('an entry with tags is not held by a call that does not know them', async () => {
  const cache = shopCache(await bench.connect(), {}, { l1: {} });
  let isLive = false;
  cache.on('coherence', ({ state }) => {
    isLive = state === 'live';
  });
  await vi.waitFor(() => expect(isLive).toBe(true));
  await cache.set('x', 'tagged', { ttlSeconds: 60, tags: ['t'] });
  const read = (tags?: readonly string[]) =>
    cache.getOrSet('x', async () => 'new', { ttlSeconds: 60, ...(tags === undefined ? {} : { tags }) });
  const hits = () => countOf(cache, 'cache_layer_gets_total', { layer: 'l1', result: 'hit' });
  for (let round = 0; round < 3; round += 1) expect(await read()).toBe('tagged');
  expect(await hits()).toBe(0);
  for (let round = 0; round < 3; round += 1) expect(await read(['t'])).toBe('tagged');
  expect(await hits()).toBe(2);
  await cache.close();
});

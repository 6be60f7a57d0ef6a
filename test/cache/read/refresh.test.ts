import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheEventMap, GetOrSetOptions } from '#cache/cache.ts';
import { judgeFreshness } from '#cache/read/freshness.ts';
import { NO_OWNER } from '#cache/store/entryFormat.ts';
import { seededRandom } from '#demo/source/seededRandom.ts';
import { type CacheBench, shopCache, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

const START_MS = 1_800_000_000_000;

async function open(options: { maxRefreshCount?: number } = {}) {
  let nowMs = START_MS;
  const cache = shopCache(await bench.connect(), {}, { clock: () => nowMs, ...options });
  const refreshed: CacheEventMap['refreshed'][] = [];
  cache.on('refreshed', (event) => refreshed.push(event));
  let storedCount = 0;
  cache.on('stored', () => {
    storedCount += 1;
  });
  const load = vi.fn<() => Promise<string>>();
  const read = (key = 'x', more: Partial<GetOrSetOptions> = {}): Promise<string> =>
    cache.getOrSet(key, load, { ttlSeconds: 100, jitterRatio: 0, refreshAheadRatio: 0.8, ...more });
  return {
    load,
    read,
    refreshed,
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** Until what was loaded is in Redis, and no longer at hand as something just loaded. */
    stored: async (count = 1) => {
      await vi.waitFor(() => expect(storedCount).toBe(count));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('refresh-ahead', () => {
  it('serves the present value and loads a new one before it expires', async () => {
    const { load, read, advance, stored, refreshed } = await open();
    load.mockResolvedValueOnce('first').mockResolvedValueOnce('second');
    await read();
    await stored();
    advance(79_000);
    expect(await read()).toBe('first');
    expect(refreshed).toEqual([]);
    advance(2_000);
    expect(await read()).toBe('first');
    await vi.waitFor(async () => expect(await read()).toBe('second'));
    expect(refreshed).toEqual([{ pattern: 'other', reason: 'ahead', result: 'refreshed' }]);
  });

  it('never refreshes what nobody reads', async () => {
    const { load, read, advance, stored } = await open();
    load.mockResolvedValue('value');
    await read();
    await stored();
    advance(95_000);
    await bench.redis.client.ping();
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is done by one of many instances', async () => {
    const instances = await Promise.all([open(), open(), open()]);
    const [first] = instances;
    if (first === undefined) throw new Error('no instance');
    first.load.mockResolvedValueOnce('first');
    await first.read();
    await first.stored();
    const source = Promise.withResolvers<string>();
    for (const { load, advance } of instances) {
      load.mockReturnValue(source.promise);
      advance(81_000);
    }
    for (const { read } of instances) expect(await read()).toBe('first');
    await vi.waitFor(() => {
      expect(instances.flatMap(({ refreshed }) => refreshed.map(({ result }) => result))).toEqual([
        'leased',
        'leased',
      ]);
    });
    const before = instances.reduce((sum, { load }) => sum + load.mock.calls.length, 0);
    expect(before).toBe(2);
    source.resolve('second');
    await vi.waitFor(async () => expect(await first.read()).toBe('second'));
  });

  it('is bounded in number, and what is left out is tried again by the next read', async () => {
    const { load, read, advance, stored, refreshed } = await open({ maxRefreshCount: 1 });
    load.mockResolvedValueOnce('x1').mockResolvedValueOnce('y1');
    await read('x');
    await read('y');
    await stored(2);
    advance(81_000);
    const source = Promise.withResolvers<string>();
    load.mockReturnValueOnce(source.promise).mockResolvedValueOnce('y2');
    await read('x');
    await read('y');
    expect(refreshed.map(({ result }) => result)).toEqual(['busy']);
    source.resolve('x2');
    await vi.waitFor(async () => expect(await read('y')).toBe('y2'));
  });

  it('that fails leaves the present value, and says so', async () => {
    const { load, read, advance, stored, refreshed } = await open();
    load.mockResolvedValueOnce('first').mockRejectedValue(new Error('source down'));
    await read();
    await stored();
    advance(81_000);
    expect(await read()).toBe('first');
    await vi.waitFor(() => expect(refreshed.map(({ result }) => result)).toEqual(['failed']));
    expect(await read()).toBe('first');
  });
});

describe('early expiration', () => {
  const header = {
    isNegative: false,
    isTagged: false,
    softExpiryAtMs: START_MS + 60_000,
    loadMs: 1_000,
    version: 0,
    storedAtMs: START_MS,
    owner: NO_OWNER,
  };
  const policy = { refreshAheadRatio: null, earlyRefreshBeta: 1 };

  /** When, ms before expiry, the first of `perSecond` reads a second finds a refresh due; null = none did. */
  function firstRefresh(random: () => number, perSecond: number): number | null {
    for (let read = 0; read < 60 * perSecond; read += 1) {
      const nowMs = START_MS + (read * 1_000) / perSecond;
      if (judgeFreshness(header, policy, { nowMs, random }) === 'early') return header.softExpiryAtMs - nowMs;
    }
    return null;
  }

  it('refreshes about once a life, some loads before the expiry', () => {
    const random = seededRandom(3);
    const leads = Array.from({ length: 300 }, () => firstRefresh(random, 10));
    const known = leads.filter((lead) => lead !== null);
    // A busy key is refreshed in nearly every life, and one to a few load times early: not at once, and not at the end.
    expect(known.length).toBeGreaterThan(290);
    const mean = known.reduce((sum, lead) => sum + lead, 0) / known.length;
    expect(mean).toBeGreaterThan(1_000);
    expect(mean).toBeLessThan(5_000);
  });

  it('takes load times in ms: a load of 1 s is not taken for 1 ms, nor for 1,000 s', () => {
    const random = () => 1 - Math.exp(-1);
    expect(judgeFreshness(header, policy, { nowMs: START_MS + 58_900, random })).toBe('fresh');
    expect(judgeFreshness(header, policy, { nowMs: START_MS + 59_100, random })).toBe('early');
  });

  it('grows with beta and never fires for a load that costs nothing', () => {
    const random = () => 1 - Math.exp(-1);
    const nowMs = START_MS + 57_500;
    expect(judgeFreshness(header, { ...policy, earlyRefreshBeta: 3 }, { nowMs, random })).toBe('early');
    expect(judgeFreshness({ ...header, loadMs: 0 }, policy, { nowMs, random: () => 0.999_999 })).toBe(
      'fresh',
    );
  });

  it('draws finitely at both ends of the range of random', () => {
    for (const drawn of [0, 1 - Number.EPSILON / 2]) {
      const freshness = judgeFreshness(header, policy, { nowMs: START_MS, random: () => drawn });
      expect(['fresh', 'early']).toContain(freshness);
    }
  });
});

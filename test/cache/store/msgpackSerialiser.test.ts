import * as msgpack from '@msgpack/msgpack';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { msgpackSerialiser } from '#cache/store/msgpackSerialiser.ts';
import { jsonSerialiser, type Serialiser } from '#cache/store/serialiser.ts';
import { type CacheBench, countOf, shopCache, startBench } from '../startCache.ts';

const { encode, decode } = msgpack;
const codecs = [
  ['encode and decode', msgpackSerialiser(msgpack)],
  [
    'pack and unpack',
    msgpackSerialiser({ pack: (value) => encode(value), unpack: (bytes) => decode(bytes) }),
  ],
] as const;

const values = [
  ...[null, true, false, 0, -1, 48, 49, 57, 127, 128, 2 ** 31, -(2 ** 40), 0.1, Number.MAX_SAFE_INTEGER],
  ...['', 'text', 'é🙂', '{"a":1}', [], {}, [1, [2, { a: null }]], { a: { b: ['c'] } }, { __proto__x: 1 }],
];

describe.each(codecs)('a serialiser of a library with %s', (_, serialiser) => {
  it('gives back what it was given', () => {
    for (const value of values) expect(serialiser.decode(serialiser.encode(value))).toEqual(value);
  });

  it('gives back Dates, and the bytes of Buffers', () => {
    const value = { at: new Date(1_700_000_000_123), bytes: Buffer.from([0, 255, 1]) };
    const back = serialiser.decode<{ at: Date; bytes: Uint8Array }>(serialiser.encode(value));
    expect(back.at).toEqual(value.at);
    expect(Buffer.from(back.bytes)).toEqual(value.bytes);
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a bigint, without the option for it', 1n],
  ])('refuses %s', (_name, value) => {
    expect(() => serialiser.encode(value)).toThrow();
  });

  it('reads nothing that JSON wrote, and JSON nothing of it', () => {
    for (const value of values) {
      expect(() => serialiser.decode(jsonSerialiser.encode(value))).toThrow();
      expect(() => jsonSerialiser.decode(serialiser.encode(value))).toThrow();
      expect(() => serialiser.decode(encode(value))).toThrow();
    }
    expect(() => serialiser.decode(new Uint8Array(0))).toThrow();
  });

  it('keeps what it wrote when the library writes to its buffer again', () => {
    const first = serialiser.encode({ a: 1 });
    serialiser.encode({ b: 2 });
    expect(serialiser.decode(first)).toEqual({ a: 1 });
  });
});

describe('options of the library', () => {
  it('are those of who hands it in', () => {
    const options = { useBigInt64: true };
    const serialiser = msgpackSerialiser({
      encode: (value) => encode(value, options),
      decode: (bytes) => decode(bytes, options),
    });
    expect(serialiser.decode(serialiser.encode({ id: 2n ** 62n }))).toEqual({ id: 2n ** 62n });
  });
});

describe('a cache with msgpack', () => {
  const serialiser = msgpackSerialiser(msgpack);
  let bench: CacheBench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench[Symbol.asyncDispose]());
  beforeEach(() => bench.redis.client.flushall());

  const open = async (of: Serialiser) => shopCache(await bench.connect(), {}, { serialiser: of });

  it('stores, reads, tags and marks as one with JSON does', async () => {
    const cache = await open(serialiser);
    const lives = { ttlSeconds: 60, staleWhileRevalidate: true };
    const value = { at: new Date(1_700_000_000_000), names: ['é'] };
    await cache.set('p:1', value, { ...lives, tags: ['a'] });
    const load = vi.fn(async () => ({ at: new Date(0), names: ['new'] }));
    expect(await cache.getOrSet('p:1', load, lives)).toEqual(value);
    expect(await cache.invalidateTag('a', { mode: 'soft' })).toEqual({ state: 'done', removedCount: 1 });
    expect(await cache.getOrSet('p:1', load, lives)).toEqual(value);
    await vi.waitFor(async () => {
      expect(await cache.getOrSet('p:1', load, lives)).toEqual({ at: new Date(0), names: ['new'] });
    });
    expect(await cache.invalidateTag('a')).toMatchObject({ state: 'done' });
    expect(load).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['from JSON', jsonSerialiser, serialiser],
    ['to JSON', serialiser, jsonSerialiser],
  ])('loads anew what the other wrote, when a service changes over %s', async (_, before, after) => {
    const old = await open(before);
    for (const [index, value] of values.entries()) await old.set(`p:${index}`, value, { ttlSeconds: 60 });
    const cache = await open(after);
    for (const [index] of values.entries()) {
      expect(await cache.getOrSet(`p:${index}`, async () => 'loaded', { ttlSeconds: 60 })).toBe('loaded');
    }
    const undecodable = { code: 'undecodable', operation: 'get' };
    expect(await countOf(cache, 'cache_errors_total', undecodable)).toBe(values.length);
    await cache.close();
    const again = await open(after);
    expect(await again.getOrSet('p:0', async () => 'again', { ttlSeconds: 60 })).toBe('loaded');
  });

  it('keeps nothing that has no form in it, and says so', async () => {
    const cache = await open(serialiser);
    expect(await cache.getOrSet('p:1', async () => ({ id: 1n }), { ttlSeconds: 60 })).toEqual({ id: 1n });
    await cache.close();
    expect(await countOf(cache, 'cache_errors_total', { code: 'unserialisable' })).toBe(1);
    expect(await bench.redis.client.exists('shop:p:1')).toBe(0);
  });
});

import * as msgpack from '@msgpack/msgpack';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { msgpackSerialiser } from '#cache/store/msgpackSerialiser.ts';
import { jsonSerialiser } from '#cache/store/serialiser.ts';
import { type CacheBench, startBench } from '../startCache.ts';
import { openStructures, type TestStructures } from './openStructures.ts';

interface Line {
  readonly sku: string;
  readonly count: number;
}

let bench: CacheBench;
let redis: Redis;
let calls: TestStructures;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.flushall();
  redis = await bench.connect();
  calls = openStructures(redis);
});

const STORED = { state: 'stored' };
const read = (value: unknown) => ({ state: 'read', value });
describe.each([
  ['JSON', jsonSerialiser],
  ['msgpack', msgpackSerialiser(msgpack)],
])('a hash with %s', (_, serialiser) => {
  const open = () =>
    openStructures(redis, { serialiser }).hash<Line | number | string>('basket:1', { ttlSeconds: 600 });

  it('gives back what was set, field by field, several and all', async () => {
    const basket = open();
    const line = { sku: 'é', count: 2 };
    expect(await basket.set('a', line)).toEqual(STORED);
    expect(
      await basket.setMany(
        new Map<string, Line | string | number>([
          ['b', '12'],
          ['__proto__', 0.5],
        ]),
      ),
    ).toEqual(STORED);
    expect(await basket.get('a')).toEqual(read(line));
    expect(await basket.get('none')).toEqual(read(undefined));
    expect(await basket.getMany(['a', 'none', 'b'])).toEqual(
      read(
        new Map<string, unknown>([
          ['a', line],
          ['b', '12'],
        ]),
      ),
    );
    const all = new Map<string, unknown>([
      ['a', line],
      ['b', '12'],
      ['__proto__', 0.5],
    ]);
    expect(await basket.getAll()).toEqual(read(all));
    expect(await basket.size()).toEqual(read(3));
    expect(await basket.remove('a', 'none')).toEqual(STORED);
    expect(await basket.size()).toEqual(read(2));
    expect(await basket.delete()).toEqual(STORED);
    expect(await basket.getAll()).toEqual(read(new Map()));
  });

  it('counts without losing an increment, also in a field that was set', async () => {
    const basket = open();
    const others = await Promise.all(
      [0, 1, 2].map(async () => openStructures(await bench.connect(), { serialiser })),
    );
    await basket.set('a', 10);
    const handles = others.map((other) => other.hash<number>('basket:1', { ttlSeconds: 600 }));
    await Promise.all(
      handles.flatMap((handle) => Array.from({ length: 50 }, () => handle.increment('a', 2))),
    );
    expect(await basket.get('a')).toEqual(read(310));
    expect(await basket.increment('a', -310)).toEqual({ state: 'stored', value: 0 });
    expect(await basket.get('a')).toEqual(read(0));
  });
});

describe('a hash', () => {
  const hash = (ttlSeconds = 600) => calls.hash<number>('h', { ttlSeconds });

  it('is read whole up to 1,000 fields, and above it told by its size', async () => {
    const fields = Array.from({ length: 1_000 }, (_, index): [string, number] => [`f${index}`, index]);
    await hash().setMany(new Map(fields));
    expect(await hash().getAll()).toEqual(read(new Map(fields)));
    await hash().set('one more', 1);
    await bench.redis.client.config('RESETSTAT');
    expect(await hash().getAll()).toEqual({ state: 'tooLarge', size: 1_001 });
    expect(await bench.redis.client.info('commandstats')).not.toContain('hgetall');
  });

  it('loses nothing to a removal of no fields', async () => {
    await hash().set('a', 1);
    expect(await hash().remove()).toEqual(STORED);
    expect(await hash().size()).toEqual(read(1));
  });

  it('fails as a value where a field holds no number, or what it holds cannot be read', async () => {
    const texts = calls.hash<string>('h', { ttlSeconds: 600 });
    await texts.set('a', 'x');
    expect(await texts.increment('a')).toEqual({ state: 'failed', code: 'refused' });
    await bench.redis.client.hset('shop:h', 'b', 'not JSON');
    expect(await texts.get('b')).toEqual({ state: 'failed', code: 'undecodable' });
    expect(await texts.getAll()).toEqual({ state: 'failed', code: 'undecodable' });
    expect(await calls.hash<unknown>('h', { ttlSeconds: 600 }).set('c', () => 1)).toEqual({
      state: 'failed',
      code: 'unserialisable',
    });
    const codes = ['refused', 'undecodable', 'undecodable', 'unserialisable'];
    expect(calls.fallbacks).toEqual(codes.map((code) => `structure ${code}`));
  });

  it('fails as a value where the key holds something else', async () => {
    await bench.redis.client.set('shop:h', 'text');
    expect(await hash().get('a')).toEqual({ state: 'failed', code: 'refused' });
    expect(await hash().set('a', 1)).toEqual({ state: 'failed', code: 'refused' });
    expect(await bench.redis.client.get('shop:h')).toBe('text');
    expect(await bench.redis.client.pttl('shop:h')).toBe(-1);
  });
});

describe('a sorted set', () => {
  const ranking = (maxMembers?: number) =>
    calls.sortedSet('top', { ttlSeconds: 600, ...(maxMembers !== undefined && { maxMembers }) });
  const scored = (...pairs: [string, number][]) => read(pairs.map(([member, score]) => ({ member, score })));

  it('ranks its members, the highest first', async () => {
    for (const [member, score] of [
      ['a', 1],
      ['b', 3.5],
      ['c', -2],
      ['é ', 2],
    ] as const) {
      expect(await ranking().add(member, score)).toEqual(STORED);
    }
    expect(await ranking().increment('a', 4.25)).toEqual({ state: 'stored', value: 5.25 });
    expect(await ranking().increment('new')).toEqual({ state: 'stored', value: 1 });
    expect(await ranking().top(3)).toEqual(scored(['a', 5.25], ['b', 3.5], ['é ', 2]));
    expect(await ranking().rank('a')).toEqual(read(0));
    expect(await ranking().rank('c')).toEqual(read(4));
    expect(await ranking().rank('none')).toEqual(read(undefined));
    expect(await ranking().range({ from: 1, to: 3.5 }, 10)).toEqual(
      scored(['new', 1], ['é ', 2], ['b', 3.5]),
    );
    const below = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    expect(await ranking().range(below, 1)).toEqual(scored(['c', -2]));
    expect(await ranking().remove('a', 'b')).toEqual(STORED);
    expect(await ranking().size()).toEqual(read(3));
    expect(await ranking().trim(2)).toEqual(STORED);
    expect(await ranking().top(10)).toEqual(scored(['é ', 2], ['new', 1]));
    expect(await ranking().delete()).toEqual(STORED);
    expect(await ranking().top(1)).toEqual(read([]));
  });

  it('stays at its most members, of which it keeps the highest', async () => {
    for (let score = 1; score <= 20; score += 1) await ranking(5).add(`m${score % 13}`, score);
    expect(await ranking().size()).toEqual(read(5));
    expect(await ranking().top(1)).toEqual(scored(['m7', 20]));
    await ranking(5).increment('low', 1);
    expect(await ranking().rank('low')).toEqual(read(undefined));
    await ranking(5).increment('high', 100);
    expect(await ranking().rank('high')).toEqual(read(0));
    expect(await ranking().size()).toEqual(read(5));
  });

  it('tells a score that has grown out of all bounds as infinite', async () => {
    await ranking().add('a', 1e308);
    expect(await ranking().increment('a', 1e308)).toEqual({
      state: 'stored',
      value: Number.POSITIVE_INFINITY,
    });
    expect(await ranking().top(1)).toEqual(scored(['a', Number.POSITIVE_INFINITY]));
  });

  it('is read by a client that maps replies by RESP3, and by one that speaks RESP2', async () => {
    await ranking().add('a', 1.5);
    await ranking().add('b', 2);
    const options = { port: bench.redis.port, host: '127.0.0.1', disableClientInfo: true } as const;
    for (const client of [
      new Redis({ ...options, protocol: 3, replyMapping: 'resp3' }),
      new Redis({ ...options, protocol: 2 }),
    ]) {
      const top = await openStructures(client).sortedSet('top', { ttlSeconds: 600 }).top(2);
      expect(top).toEqual(scored(['b', 2], ['a', 1.5]));
      client.disconnect();
    }
  });
});

describe('a list', () => {
  const seen = () => calls.list<Line | string>('seen', { ttlSeconds: 600, maxLength: 3 });

  it('has the newest first, and no more than its length', async () => {
    expect(await seen().push('a')).toEqual(STORED);
    expect(await seen().push('b', { sku: 'c', count: 1 })).toEqual(STORED);
    expect(await seen().range(0, 10)).toEqual(read([{ sku: 'c', count: 1 }, 'b', 'a']));
    await seen().push('d');
    expect(await seen().range(0, 10)).toEqual(read(['d', { sku: 'c', count: 1 }, 'b']));
    expect(await seen().range(1, 1)).toEqual(read([{ sku: 'c', count: 1 }]));
    expect(await seen().range(3, 1)).toEqual(read([]));
    expect(await seen().size()).toEqual(read(3));
    expect(await seen().push()).toEqual(STORED);
    expect(await seen().delete()).toEqual(STORED);
    expect(await seen().size()).toEqual(read(0));
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReadBatcher } from '#cache/store/readBatcher.ts';
import { type CacheBench, openTransport, startBench } from '../startCache.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.redis.client.flushall();
  await bench.redis.client.config('RESETSTAT');
});

/** How often Redis has run a command since the test began. */
async function callsOf(command: string): Promise<number> {
  const stats = await bench.redis.client.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

describe('reads of one turn', () => {
  it('are one MGET for each 64 keys, and each gets its own bytes', async () => {
    for (let index = 0; index < 150; index += 2) await bench.redis.client.set(`k${index}`, `v${index}`);
    const reads = new ReadBatcher(openTransport(await bench.connect()));
    const outcomes = await Promise.all(Array.from({ length: 150 }, (_, index) => reads.read(`k${index}`)));
    expect(outcomes).toEqual(
      outcomes.map((_, index) => ({
        isDone: true,
        reply: index % 2 === 0 ? Buffer.from(`v${index}`) : null,
      })),
    );
    expect(await callsOf('mget')).toBe(3);
    expect(await callsOf('get')).toBe(0);
  });

  it('are a GET when there is only one', async () => {
    await bench.redis.client.set('k', 'v');
    const reads = new ReadBatcher(openTransport(await bench.connect()));
    expect(await reads.read('k')).toEqual({ isDone: true, reply: Buffer.from('v') });
    expect(await callsOf('mget')).toBe(0);
  });

  it('fail together when Redis is away', async () => {
    const redis = await bench.connect();
    const reads = new ReadBatcher(openTransport(redis));
    vi.spyOn(redis, 'mgetBuffer').mockRejectedValue(new Error('Connection is closed.'));
    for (const outcome of await Promise.all([reads.read('a'), reads.read('b')])) {
      expect(outcome).toMatchObject({ isDone: false, code: 'unreachable' });
    }
  });

  it('are GETs for a user who may not MGET, from the first refusal on', async () => {
    await bench.redis.client.set('a', '1');
    await bench.redis.client.set('b', '2');
    await bench.redis.client.call('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '+@all', '-mget');
    const redis = await bench.connect();
    await redis.auth('reader', 'secret');
    const reads = new ReadBatcher(openTransport(redis));
    for (let round = 0; round < 2; round += 1) {
      const outcomes = await Promise.all([reads.read('a'), reads.read('b')]);
      expect(outcomes.map((outcome) => outcome.isDone && outcome.reply?.toString())).toEqual(['1', '2']);
    }
    const stats = await bench.redis.client.info('commandstats');
    expect(stats).toMatch(/cmdstat_mget:calls=0,.*rejected_calls=1/);
  });
});

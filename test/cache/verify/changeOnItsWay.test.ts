import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CacheBench, startBench } from '../startCache.ts';
import { ProductSource, steppedTime } from '../warm/openWarmBench.ts';
import { openVerifyInstance, type VerifyInstance } from './openVerifyInstance.ts';

let bench: CacheBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => void (await bench.redis.client.flushall()));

const waitFor = (condition: () => unknown): Promise<unknown> => vi.waitFor(condition, { timeout: 10_000 });

/** Something happens while the verifier waits to see whether a difference lasts. */
function duringSettling(happen: () => unknown) {
  const time = steppedTime();
  const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms === 2_000) await happen();
    return time.pause(ms, signal);
  };
  return { time, around: { pause } };
}

describe('a change on its way is no drift', () => {
  it.each([
    ['its key is deleted', (shop: VerifyInstance) => invalidate(shop, 'key', 'hard')],
    ['its key is marked', (shop: VerifyInstance) => invalidate(shop, 'key', 'soft')],
    ['its tag is invalidated', (shop: VerifyInstance) => invalidate(shop, 'tag', 'hard')],
    [
      'it is deleted and loaded again',
      async (shop: VerifyInstance) => {
        await invalidate(shop, 'key', 'hard');
        await shop.keep(1);
      },
    ],
    ['somebody else removes it', () => bench.redis.client.del('shop:product:1')],
    [
      'another instance says so',
      async (shop: VerifyInstance) => shop.reading.loads.invalidateKey('shop:product:1'),
    ],
    [
      'its invalidation is still to reach Redis',
      async (shop: VerifyInstance) =>
        shop.core.retries.add(
          { kind: 'key', target: 'shop:product:1', mode: 'hard', source: 'key' },
          'timeout',
        ),
    ],
    [
      'the removal is under way: its tag is fenced, the entry still there',
      (shop: VerifyInstance) => shop.core.entries.fence(['group:1']),
    ],
    [
      'all is fenced, as by the deletion of a pattern',
      (shop: VerifyInstance) => shop.core.entries.fence(null),
    ],
  ])('when %s', async (_, happen) => {
    const source = new ProductSource();
    const settling = duringSettling(() => happen(shop));
    await using shop = openVerifyInstance(await bench.connect(), { source, ...settling });
    await shop.keep(1);
    source.change(1);
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['changed']));
  });

  it('when the source comes round, as a replica that was behind', async () => {
    const source = new ProductSource();
    const settling = duringSettling(() => source.revisions.clear());
    await using shop = openVerifyInstance(await bench.connect(), { source, ...settling });
    await shop.keep(1);
    source.change(1);
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['changed']));
  });

  it('when the invalidation comes during the second load', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source });
    await shop.keep(1);
    source.change(1);
    source.afterRead = async () => {
      if (source.loadedIds.length === 3) await invalidate(shop, 'tag', 'hard');
    };
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['changed']));
  });

  it('when the entry grows old meanwhile', async () => {
    const source = new ProductSource();
    const settling = duringSettling(() => settling.time.advance(600_000));
    await using shop = openVerifyInstance(await bench.connect(), { source, ...settling });
    await shop.keep(1);
    source.change(1);
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['changed']));
  });

  it('when the entry is gone before it is compared', async () => {
    const source = new ProductSource();
    await using shop = openVerifyInstance(await bench.connect(), { source });
    await shop.offer(1);
    await waitFor(() => expect(shop.results()).toEqual(['changed']));
    expect(source.loadedIds).toEqual([]);
  });
});

function invalidate(shop: VerifyInstance, kind: 'key' | 'tag', mode: 'hard' | 'soft'): Promise<unknown> {
  const target = kind === 'key' ? 'shop:product:1' : 'group:1';
  return shop.core.invalidate({ kind, target, mode, source: kind });
}

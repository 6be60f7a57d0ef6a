import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Delivery } from '#cache/writeBehind/queue/delivery.ts';
import { prepareFlushSettings } from '#cache/writeBehind/queue/flushOptions.ts';

function openDelivery(flush: (signal: AbortSignal) => Promise<void>): Delivery {
  return new Delivery({
    settings: prepareFlushSettings({}, 'stock:{id}'),
    random: () => 0.5,
    pause: async () => {},
    flush: (_, signal) => flush(signal),
    onFailed: () => {},
  });
}

describe('a delivery', () => {
  it('leaves nothing behind at the signal that could have ended it', async () => {
    const handed: AbortSignal[] = [];
    const delivery = openDelivery(async (signal) => {
      handed.push(signal);
      if (handed.length < 3) throw new Error('the source is down');
    });
    const { signal } = new AbortController();
    expect(await delivery.run([], { attemptCount: 5, signal })).toEqual({ state: 'delivered' });
    expect(handed).toHaveLength(3);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is forgotten with its signals when it has ended, however long its process lives', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new Error('no gc');
    const handed: WeakRef<AbortSignal>[] = [];
    const delivery = openDelivery(async (signal) => {
      handed.push(new WeakRef(signal));
    });
    const ending = new AbortController();
    for (let round = 0; round < 50; round += 1) {
      await delivery.run([], { attemptCount: 1, signal: ending.signal });
    }
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(handed.filter((signal) => signal.deref() !== undefined).length).toBeLessThan(5);
  });

  it('is interrupted by its signal, and hands the abort on', async () => {
    const ending = new AbortController();
    const handed: AbortSignal[] = [];
    const delivery = openDelivery((signal) => {
      handed.push(signal);
      ending.abort();
      return new Promise(() => {});
    });
    const { signal } = ending;
    expect(await delivery.run([], { attemptCount: 5, signal })).toEqual({ state: 'interrupted' });
    expect(handed.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

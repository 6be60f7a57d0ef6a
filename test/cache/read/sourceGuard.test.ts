import { describe, expect, it } from 'vitest';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { type GuardedLoad, SourceGuard } from '#cache/read/sourceGuard.ts';
import { Bulkhead } from '#cache/resilience/bulkhead.ts';
import { SurgeLimit } from '#cache/resilience/surgeLimit.ts';

/** A source with one slot and, since Redis is away, as many tokens as are admitted a second. Time stands still. */
function openGuard(minimumPerSecond: number) {
  const surge = new SurgeLimit({ minimumPerSecond, clock: () => 0 });
  surge.begin();
  const guard = new SourceGuard({
    bulkhead: new Bulkhead({ maxConcurrentCount: 1, maxWaitingCount: 0 }),
    surge,
    events: new CacheEvents(),
    tracer: null,
    service: 'shop',
    closing: new AbortController().signal,
  });
  return { guard, surge };
}

const call = <Value>(load: () => Promise<Value>): GuardedLoad<Value> => ({
  key: 'shop:x',
  pattern: 'shop:x',
  timeoutMs: 60_000,
  load,
});

describe('a load that finds no slot', () => {
  it('takes none of what the surge limit admits', async () => {
    const { guard } = openGuard(2);
    const slow = Promise.withResolvers<string>();
    const first = guard.run(call(() => slow.promise));
    expect(guard.tryRun(call(async () => 'left out'))).toBeNull();
    await expect(guard.run(call(async () => 'shed'))).rejects.toMatchObject({ code: 'overloaded' });
    slow.resolve('first');
    expect(await first).toMatchObject({ value: 'first' });
    expect(await guard.run(call(async () => 'second'))).toMatchObject({ value: 'second' });
  });
});

describe('a load that the surge limit refuses', () => {
  it('frees its slot', async () => {
    const { guard, surge } = openGuard(1);
    await guard.run(call(async () => 'first'));
    expect(guard.tryRun(call(async () => 'left out'))).toBeNull();
    await expect(guard.run(call(async () => 'shed'))).rejects.toMatchObject({
      code: 'overloaded',
      key: 'shop:x',
    });
    surge.end();
    expect(surge.snapshot().refusedCount).toBe(2);
  });
});

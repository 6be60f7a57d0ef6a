import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bulkhead } from '#cache/resilience/bulkhead.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work that ends when told, and what has begun so far. */
function startWork() {
  const begun: string[] = [];
  const endings = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => endings.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    endings.get(name)?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { begun, work, end };
}

describe('run', () => {
  it('runs at most maxConcurrentCount at one time, and the others in the order of their coming', async () => {
    const bulkhead = new Bulkhead({ maxConcurrentCount: 2 });
    const { begun, work, end } = startWork();
    const runs = ['a', 'b', 'c', 'd'].map((name) => bulkhead.run(work(name)));
    expect(begun).toEqual(['a', 'b']);
    expect(bulkhead.snapshot()).toEqual({ activeCount: 2, waitingCount: 2, shedCount: 0 });
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(bulkhead.snapshot()).toEqual({ activeCount: 2, waitingCount: 1, shedCount: 0 });
    await end('a');
    await end('c');
    await end('d');
    expect(await Promise.all(runs)).toEqual(['a', 'b', 'c', 'd']);
    expect(bulkhead.snapshot()).toEqual({ activeCount: 0, waitingCount: 0, shedCount: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets nobody who comes later take the slot of one who waits', async () => {
    const bulkhead = new Bulkhead({ maxConcurrentCount: 1 });
    const { begun, work, end } = startWork();
    const first = bulkhead.run(work('a'));
    const waiting = bulkhead.run(work('b'));
    // Runs in the very turn in which the slot is handed over.
    const late = first.then(() => bulkhead.run(work('c')));
    await end('a');
    expect(begun).toEqual(['a', 'b']);
    expect(bulkhead.snapshot().activeCount).toBe(1);
    await end('b');
    await end('c');
    expect(await Promise.all([waiting, late])).toEqual(['b', 'c']);
  });

  it('refuses at once who comes when maxWaitingCount wait, and says so', async () => {
    const bulkhead = new Bulkhead({ maxConcurrentCount: 1, maxWaitingCount: 1 });
    const { begun, work, end } = startWork();
    const runs = [bulkhead.run(work('a')), bulkhead.run(work('b'))];
    await expect(bulkhead.run(work('c'))).rejects.toMatchObject({
      code: 'overloaded',
      message: '1 runs are under way (maxConcurrentCount), and 1 wait already (maxWaitingCount).',
    });
    await end('a');
    await end('b');
    await Promise.all(runs);
    expect(begun).toEqual(['a', 'b']);
    expect(bulkhead.snapshot()).toEqual({ activeCount: 0, waitingCount: 0, shedCount: 1 });
  });

  it('refuses who waited for waitTimeoutMs, and says so', async () => {
    const bulkhead = new Bulkhead({ maxConcurrentCount: 1, waitTimeoutMs: 100 });
    const { begun, work, end } = startWork();
    const first = bulkhead.run(work('a'));
    const second = bulkhead.run(work('b'));
    second.catch(() => {});
    await vi.advanceTimersByTimeAsync(99);
    const third = bulkhead.run(work('c'));
    await vi.advanceTimersByTimeAsync(1);
    await expect(second).rejects.toMatchObject({
      code: 'overloaded',
      message: expect.stringContaining('waited 100 ms (waitTimeoutMs)'),
    });
    await end('a');
    await end('c');
    expect(await Promise.all([first, third])).toEqual(['a', 'c']);
    expect(begun).toEqual(['a', 'c']);
    expect(bulkhead.snapshot()).toEqual({ activeCount: 0, waitingCount: 0, shedCount: 1 });
  });

  it('lets nobody wait when maxWaitingCount is 0', async () => {
    const bulkhead = new Bulkhead({ maxConcurrentCount: 1, maxWaitingCount: 0 });
    const { work, end } = startWork();
    const first = bulkhead.run(work('a'));
    await expect(bulkhead.run(work('b'))).rejects.toMatchObject({ code: 'overloaded' });
    await end('a');
    await first;
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('of the work'))],
    [
      'throws',
      () => {
        throw new Error('of the work');
      },
    ],
  ])('frees the slot of work that %s, and passes its error on', async (_, work) => {
    const bulkhead = new Bulkhead({ maxConcurrentCount: 1 });
    const runs = [1, 2, 3].map(() => bulkhead.run(work));
    for (const settled of await Promise.allSettled(runs))
      expect(settled).toMatchObject({ status: 'rejected', reason: { message: 'of the work' } });
    await expect(bulkhead.tryRun(work)).rejects.toThrow('of the work');
    expect(bulkhead.snapshot()).toEqual({ activeCount: 0, waitingCount: 0, shedCount: 0 });
  });
});

describe('tryRun', () => {
  it('runs when a slot is free, and is null at once when none is', async () => {
    const bulkhead = new Bulkhead({ maxConcurrentCount: 1 });
    const { begun, work, end } = startWork();
    const first = bulkhead.tryRun(work('a'));
    expect(bulkhead.tryRun(work('b'))).toBeNull();
    expect(bulkhead.snapshot()).toEqual({ activeCount: 1, waitingCount: 0, shedCount: 0 });
    await end('a');
    expect(await first).toBe('a');
    expect(begun).toEqual(['a']);
  });
});

it('refuses bounds that cannot be', () => {
  expect(() => new Bulkhead({ maxConcurrentCount: 0 })).toThrow(
    expect.objectContaining({ code: 'badOptions' }),
  );
});

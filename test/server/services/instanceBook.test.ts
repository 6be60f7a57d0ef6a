import { describe, expect, it } from 'vitest';
import { InstanceBook } from '#server/services/instanceBook.ts';
import type { InstanceSnapshot } from '#shared/control/instanceSnapshot.ts';
import { toldBreaker, toldInstance } from './told.ts';

const S = 1_000;

function snapshot(change: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  return {
    ...{ v: 1, service: 'shop', instance: 'shop-1', version: '1', startedAtMs: 0, atMs: 20 * S },
    ...{
      patterns: [],
      counts: [],
      lags: [],
      warmers: [],
      everyMs: 5 * S,
      metricsUrl: null,
      takesCommands: null,
      controlUrl: null,
    },
    state: {
      breaker: {
        ...{ state: 'open', enteredAtMs: 18 * S, callCount: 5, failureRatio: 1, slowCallRatio: 0 },
        ...{ notPermittedCount: 3, nextProbeAtMs: 21 * S, thresholds: null },
      },
      ...{ l1: null, fallback: null, loads: { activeCount: 0, waitingCount: 0 }, isSurgeLimited: null },
      ...{ coherence: null, retries: { queuedCount: 0, oldestAtMs: null }, writeBehind: [], deadLetters: [] },
    },
    ...change,
  };
}

function look(atMs: number, ...snapshots: readonly InstanceSnapshot[]) {
  return {
    ...{ atMs, leftOutCount: 0 },
    instances: snapshots.map((one) => ({
      ...{ prefix: 'shop:', key: one.instance, name: one.instance, seenAtMs: one.atMs },
      ...{ snapshot: one, lastSnapshot: one },
      ...{ readAtMs: atMs, isAlive: true },
    })),
  };
}

describe('the same instance', () => {
  it('read over HTTP and in Redis is one, as the newer reading says', () => {
    const book = new InstanceBook();
    book.take([toldInstance({ atMs: 15 * S })]);
    book.takeAnnounced(look(20 * S, snapshot()));
    expect(book.instances(20 * S)).toMatchObject([
      { way: 'redis', readAtMs: 20 * S, breakers: [{ state: 'open', sinceMs: 18 * S }] },
    ]);
    book.takeAnnounced(look(21 * S, snapshot({ atMs: 12 * S })));
    expect(book.instances(21 * S)).toMatchObject([{ readAtMs: 20 * S }]);
  });

  it('whose clock is wrong is never read in the future, nor longer ago than its snapshot lives', () => {
    const book = new InstanceBook();
    book.takeAnnounced(look(20 * S, snapshot({ atMs: 900 * S })));
    book.takeAnnounced(look(100 * S, snapshot({ instance: 'shop-2', atMs: 1 })));
    expect(book.instances(100 * S).map(({ readAtMs }) => readAtMs)).toEqual([20 * S, 85 * S]);
  });

  it('is read elsewhere only while its page answers', () => {
    const book = new InstanceBook();
    book.take([toldInstance({ atMs: 15 * S })]);
    expect(book.isReadOverHttp(toldInstance(), 20 * S)).toBe(true);
    expect(book.isReadOverHttp(toldInstance(), 40 * S)).toBe(false);
    expect(book.isReadOverHttp(toldInstance({ instance: 'shop-9' }), 20 * S)).toBe(false);
  });
});

describe('an instance that is not heard', () => {
  it('is silent since its last reading, with the reason, and stands as it was', () => {
    const book = new InstanceBook();
    book.take([toldInstance({ atMs: 15 * S })]);
    book.noteFailure('http://shop-1/metrics', 'It cannot be reached (ECONNREFUSED).');
    expect(book.instances(29 * S)).toMatchObject([{ silentSinceMs: null, whySilent: '' }]);
    expect(book.instances(31 * S)).toMatchObject([
      {
        ...{ silentSinceMs: 15 * S, whySilent: 'It cannot be reached (ECONNREFUSED).' },
        breakers: [{ state: 'closed' }],
      },
    ]);
  });

  it('is forgotten soon after it took itself off the list, and only after an hour without a word', () => {
    const book = new InstanceBook();
    book.takeAnnounced(look(20 * S, snapshot(), snapshot({ instance: 'shop-2' })));
    book.takeAnnounced(look(25 * S, snapshot({ instance: 'shop-2' })));
    expect(book.instances(50 * S)).toHaveLength(2);
    expect(book.instances(60 * S).map(({ instance }) => instance)).toEqual(['shop-2']);
    expect(book.instances(3_600 * S)).toHaveLength(1);
    expect(book.instances(3_630 * S)).toHaveLength(0);
  });

  it('is forgotten as well when it was read by its page alone before it took itself off', () => {
    const book = new InstanceBook();
    book.noteListed(look(20 * S, snapshot()));
    expect(book.instances(21 * S)).toEqual([]);
    book.take([toldInstance({ atMs: 21 * S })]);
    book.takeAnnounced(look(25 * S));
    expect(book.instances(50 * S)).toHaveLength(1);
    expect(book.instances(60 * S)).toEqual([]);
  });

  it('stays while the list names it, though its snapshot is gone', () => {
    const book = new InstanceBook();
    book.takeAnnounced(look(20 * S, snapshot()));
    const { instances, ...rest } = look(25 * S, snapshot());
    book.takeAnnounced({ ...rest, instances: instances.map((one) => ({ ...one, snapshot: null })) });
    expect(book.instances(90 * S)).toMatchObject([{ silentSinceMs: 20 * S }]);
  });

  it('stays while its page answers, though Redis was emptied', () => {
    const book = new InstanceBook();
    book.takeAnnounced(look(20 * S, snapshot()));
    book.takeAnnounced(look(25 * S));
    book.take([toldInstance({ atMs: 80 * S })]);
    expect(book.instances(85 * S)).toMatchObject([{ way: 'http', silentSinceMs: null }]);
  });
});

describe('what it did in the last minute', () => {
  const figures = (shedCount: number) => ({ ...toldInstance().figures, shedCount });
  const at = (atMs: number, shedCount: number, startedAtMs = 0) =>
    toldInstance({
      ...{ atMs, startedAtMs },
      figures: {
        l1: null,
        fallback: null,
        loadsActiveCount: 0,
        loadsWaitingCount: 0,
        staleServedCount: 0,
        coalescedCount: 0,
        ...figures(shedCount),
      },
      breakers: [toldBreaker({ notPermittedCount: 2 * shedCount })],
    });

  it('needs two readings, and counts no more than a minute', () => {
    const book = new InstanceBook();
    book.take([at(10 * S, 5)]);
    expect(book.instances(10 * S)[0]?.figures?.relief).toBeNull();
    book.take([at(40 * S, 9)]);
    book.take([at(90 * S, 11)]);
    expect(book.instances(90 * S)[0]?.figures?.relief).toEqual({
      ...{ windowMs: 50 * S, shedCount: 2, staleServedCount: 0, coalescedCount: 0, notPermittedCount: 4 },
    });
  });

  it('passes over counts of a page that was made before the one that was read last', () => {
    const book = new InstanceBook();
    book.take([at(10 * S, 5)]);
    book.take([at(15 * S, 4)]);
    expect(book.instances(15 * S)[0]?.figures?.relief).toBeNull();
    book.take([at(20 * S, 8)]);
    expect(book.instances(20 * S)[0]?.figures?.relief).toMatchObject({ windowMs: 10 * S, shedCount: 3 });
  });

  it('begins anew with the process', () => {
    const book = new InstanceBook();
    book.take([at(10 * S, 500)]);
    book.take([at(15 * S, 1, 12 * S)]);
    expect(book.instances(15 * S)[0]?.figures?.relief).toBeNull();
  });
});

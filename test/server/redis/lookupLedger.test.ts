import { describe, expect, test } from 'vitest';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';

function deferred(): { promise: Promise<void>; resolve: () => void } {
  return Promise.withResolvers<void>();
}

describe('lookupLedger', () => {
  test('adds up hits and misses', () => {
    const ledger = openLookupLedger();
    ledger.record({ hits: 2, misses: 1 });
    ledger.record({ hits: 3, misses: 0 });
    expect(ledger.counts()).toEqual({ hits: 5, misses: 1, uncertainEpoch: 0 });
  });

  test('reads quietly only when no look-up is in flight, and holds those that ask later', async () => {
    const ledger = openLookupLedger();
    const order: string[] = [];
    const first = deferred();
    const reading = deferred();
    const running = ledger.run(async () => {
      await first.promise;
      order.push('look-up ends');
    });
    const quiet = ledger.quiet(async () => {
      order.push('reading starts');
      await reading.promise;
      order.push('reading ends');
    });
    const late = ledger.run(async () => {
      order.push('late look-up');
    });
    first.resolve();
    await running;
    reading.resolve();
    await Promise.all([quiet, late]);
    expect(order).toEqual(['look-up ends', 'reading starts', 'reading ends', 'late look-up']);
  });

  test('a reading is not starved by look-ups that never pause', async () => {
    const ledger = openLookupLedger();
    let isRead = false;
    const loops = [1, 2, 3].map(async () => {
      for (let turn = 0; turn < 10_000 && !isRead; turn += 1) {
        await ledger.run(() => Promise.resolve());
      }
      return isRead;
    });
    await ledger.quiet(async () => {
      isRead = true;
    });
    expect(await Promise.all(loops)).toEqual([true, true, true]);
  });

  test('look-ups are not starved by readings that never pause', async () => {
    const ledger = openLookupLedger();
    let hasRun = false;
    const loops = [1, 2].map(async () => {
      for (let turn = 0; turn < 1_000 && !hasRun; turn += 1) await ledger.quiet(() => Promise.resolve());
      return hasRun;
    });
    await ledger.run(async () => {
      hasRun = true;
    });
    expect(await Promise.all(loops)).toEqual([true, true]);
  });

  test('a look-up inside a look-up passes while a reading waits for the outer one', async () => {
    const ledger = openLookupLedger();
    const inner = deferred();
    const order: string[] = [];
    const outer = ledger.run(async () => {
      await inner.promise;
      await ledger.run(async () => {
        order.push('inner');
      });
    });
    const quiet = ledger.quiet(async () => {
      order.push('reading');
    });
    inner.resolve();
    await Promise.all([outer, quiet]);
    expect(order).toEqual(['inner', 'reading']);
  });

  test('work that outlives its look-up is held like any other', async () => {
    const ledger = openLookupLedger();
    const order: string[] = [];
    const reading = deferred();
    let detached: Promise<void> = Promise.resolve();
    const started = deferred();
    await ledger.run(async () => {
      detached = started.promise.then(() =>
        ledger.run(async () => {
          order.push('detached');
        }),
      );
    });
    const quiet = ledger.quiet(async () => {
      started.resolve();
      await reading.promise;
      order.push('reading');
    });
    reading.resolve();
    await Promise.all([quiet, detached]);
    expect(order).toEqual(['reading', 'detached']);
  });

  test('refuses a reading inside a look-up, which could never end', async () => {
    const ledger = openLookupLedger();
    await expect(ledger.run(() => ledger.quiet(() => Promise.resolve()))).rejects.toThrow('inside run()');
  });

  test('goes on after work that failed', async () => {
    const ledger = openLookupLedger();
    await expect(ledger.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(ledger.quiet(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(ledger.quiet(() => Promise.resolve(1))).resolves.toBe(1);
  });

  test('an uncounted look-up makes the interval of the next reading and the one after it uncertain', async () => {
    const ledger = openLookupLedger();
    const readEpoch = () => ledger.quiet(() => Promise.resolve(ledger.counts().uncertainEpoch));
    const before = await readEpoch();
    ledger.recordUncertain();
    const during = await readEpoch();
    const after = await readEpoch();
    const later = await readEpoch();
    expect(during).not.toBe(before);
    expect(after).not.toBe(during);
    expect(later).toBe(after);
  });
});

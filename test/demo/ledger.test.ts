import { describe, expect, it } from 'vitest';
import { Ledger } from '#demo/traffic/ledger.ts';

describe('Ledger', () => {
  it('takes a value that was loaded before the look-up began for a hit, and any other for a miss', async () => {
    const ledger = new Ledger();
    const stored = ledger.stamp({ name: 'lamp' });
    await ledger.watch('p', async () => stored);
    await ledger.watch('p', async () => ledger.stamp({ name: 'rug' }));
    const late = Promise.withResolvers<typeof stored>();
    const waiting = ledger.watch('p', () => late.promise);
    late.resolve(ledger.stamp({ name: 'kite' }));
    await waiting;
    expect(ledger.counts()).toEqual({ p: { hits: 1, misses: 2 } });
  });

  it('takes a value that is refreshed behind the look-up for a hit', async () => {
    const ledger = new Ledger();
    const old = ledger.stamp({ name: 'lamp' });
    await ledger.watch('p', async () => old);
    const refreshed = ledger.stamp({ name: 'lantern' });
    await ledger.watch('p', async () => refreshed);
    expect(ledger.counts()).toEqual({ p: { hits: 2, misses: 0 } });
  });

  it('knows of what is absent whether the source said so just now', async () => {
    const ledger = new Ledger();
    await ledger.watch('p', async () => ledger.stampAbsent('7'), '7');
    await ledger.watch('p', async () => undefined, '7');
    await ledger.watch('p', async () => ledger.stampAbsent('8'), '8');
    expect(ledger.counts()).toEqual({ p: { hits: 1, misses: 2 } });
  });

  it('counts a look-up by a secondary key once, and the entry that it led to besides', async () => {
    const ledger = new Ledger();
    const names = { byKey: 'p-by-email', entry: 'p' };
    const found = ledger.stampFound({ name: 'Ann' });
    await ledger.watchFound(names, async () => ledger.stampFound({ name: 'Bob' }));
    await ledger.watchFound(names, async () => found);
    const stored = ledger.stamp({ name: 'Cid' });
    await ledger.watchFound(names, async () => stored);
    await ledger.watchFound(names, async () => ledger.stamp({ name: 'Dan' }));
    expect(ledger.counts()).toEqual({
      'p-by-email': { hits: 3, misses: 1 },
      p: { hits: 1, misses: 1 },
    });
  });
});

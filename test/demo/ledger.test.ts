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
});

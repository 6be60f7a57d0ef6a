import { beforeEach, describe, expect, it, vi } from 'vitest';
import { benchForFile } from './benchForFile.ts';
import { Ledger, openStock, own, type StockChange } from './startCounters.ts';

const bench = benchForFile();
let ledger: Ledger;
const deadLetters = async () => {
  const entries = await bench.redis.client.xrange(own('dead-letters'), '-', '+');
  return entries.map(([, fields]) =>
    Object.fromEntries(fields.flatMap((text, index) => (index % 2 === 0 ? [[text, fields[index + 1]]] : []))),
  );
};

beforeEach(() => {
  ledger = new Ledger();
});

describe('a flusher that dies', () => {
  it('after the source took a batch: the next one delivers the same changes under the same ids', async () => {
    const dying = openStock(bench.service, {
      ledger,
      flush: async (changes) => {
        await ledger.apply(changes);
        // From here on the process says nothing any more.
        dying.transport.close();
      },
    });
    for (const id of [1, 2, 1, 3, 1]) await dying.store.increment({ id });
    expect(await dying.store.outflow.flusher.run()).toBe('away');
    const first = [...ledger.delivered];
    const heir = openStock(await bench.connect(), { ledger });
    // More of the same key came meanwhile.
    await heir.store.increment({ id: 1 }, 10);
    expect(await heir.store.outflow.flusher.run()).toBe('busy');
    await bench.redis.client.del(own('lease'));
    expect(await heir.store.outflow.flusher.run()).toBe('empty');
    const second = ledger.delivered.slice(first.length);
    expect(first).toHaveLength(3);
    expect(second.slice(0, 3)).toEqual(first);
    expect(second.slice(3)).toMatchObject([{ fields: { id: 1 }, by: 10 }]);
    expect([ledger.total(1), ledger.total(2), ledger.total(3)]).toEqual([13, 1, 1]);
  });

  it('between the script and its first flush: the next one flushes all', async () => {
    const dying = openStock(bench.service, { ledger });
    await dying.store.increment({ id: 1 }, 3);
    dying.transport.close();
    const heir = openStock(await bench.connect(), { ledger });
    expect(await heir.store.get({ id: 1 })).toBe(3);
    expect(await heir.store.outflow.flusher.run()).toBe('empty');
    expect(ledger.total(1)).toBe(3);
  });

  it('is followed within its lease by one that has queued nothing itself', async () => {
    const dying = openStock(bench.service, {
      ledger,
      leaseMs: 200,
      flush: async () => dying.transport.close(),
    });
    await dying.store.increment({ id: 1 }, 3);
    await dying.store.outflow.flusher.run();
    const heir = openStock(await bench.connect(), { ledger, flushIntervalMs: 50 });
    heir.store.outflow.start();
    await vi.waitFor(() => expect(ledger.total(1)).toBe(3), 5_000);
    await heir.store.close(1_000);
  });
});

describe('a flusher that lives', () => {
  it('flushes soon after an increment without being asked', async () => {
    const { store } = openStock(bench.service, { ledger, flushIntervalMs: 20 });
    store.outflow.start();
    await store.increment({ id: 1 }, 3);
    await vi.waitFor(() => expect(ledger.total(1)).toBe(3));
    await store.increment({ id: 1 }, 3);
    await vi.waitFor(() => expect(ledger.total(1)).toBe(6));
    await store.close(1_000);
  });

  it('is alone: another one at the same time finds it busy', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const flush = async (changes: readonly StockChange[]) => {
      await gate;
      await ledger.apply(changes);
    };
    const stock = openStock(bench.service, { ledger, flush, leaseMs: 900 });
    const other = openStock(await bench.connect(), { ledger });
    await stock.store.increment({ id: 1 });
    const flushing = stock.store.outflow.flusher.run();
    await vi.waitFor(async () => expect(await bench.redis.client.exists(own('lease'))).toBe(1));
    const renewalCount = async () =>
      Number(/cmdstat_pexpire:calls=(\d+)/.exec(await bench.redis.client.info('commandstats'))?.[1] ?? 0);
    const before = await renewalCount();
    // Longer than the lease would last by itself: three renewals and more.
    await vi.waitFor(async () => {
      expect(await other.store.outflow.flusher.run()).toBe('busy');
      expect(await renewalCount()).toBeGreaterThan(before + 4);
    }, 5_000);
    release();
    expect(await flushing).toBe('empty');
    expect(ledger.delivered).toHaveLength(1);
  });

  it('stops when its lease went to another', async () => {
    const signals: AbortSignal[] = [];
    const flush = (_: readonly StockChange[], signal: AbortSignal) =>
      new Promise<void>(() => void signals.push(signal));
    const slow = openStock(bench.service, { ledger, flush, leaseMs: 90 });
    await slow.store.increment({ id: 1 });
    const flushing = slow.store.outflow.flusher.run();
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    await bench.redis.client.set(own('lease'), 'another');
    expect(await flushing).toBe('interrupted');
    expect(signals[0]?.aborted).toBe(true);
    expect(await bench.redis.client.get(own('lease'))).toBe('another');
  });

  it('gives up a call that does not end, and delivers its changes again under the same id', async () => {
    const ids: string[] = [];
    const flush = async (changes: readonly StockChange[]) => {
      ids.push(...changes.map(({ id }) => id));
      if (ids.length === 1) await new Promise(() => {});
    };
    const { store, told } = openStock(bench.service, { ledger, flush, flushTimeoutMs: 50 });
    await store.increment({ id: 1 });
    expect(await store.outflow.flusher.run()).toBe('empty');
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(told).toContain('retried 1');
  });
});

describe('a change that the source refuses', () => {
  it('goes to the dead letters, and the others past it', async () => {
    const { store, told } = openStock(bench.service, { ledger, random: Math.random });
    ledger.totals.set('13', 100);
    expect(await store.get({ id: 13 })).toBe(100);
    for (let id = 10; id < 17; id += 1) await store.increment({ id }, 2);
    await store.increment({ id: 13 }, 3);
    ledger.poisoned.add('13');
    expect(await store.outflow.flusher.run()).toBe('empty');
    expect([10, 11, 12, 14, 15, 16].map((id) => ledger.total(id))).toEqual([2, 2, 2, 2, 2, 2]);
    const [letter, ...more] = await deadLetters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ key: 'stock:13', fields: '{"id":13}', payload: '5', reason: 'no row 13' });
    expect(Number(letter?.attempts)).toBeGreaterThanOrEqual(5);
    expect(told).toContain('deadLettered 1');
    // The cache does not show what the source will never have.
    expect(await store.get({ id: 13 })).toBe(100);
    expect(await store.snapshot()).toMatchObject({ queuedCount: 0, deadLetterCount: 1 });
    expect(await bench.redis.client.exists(own('pending'), own('in-flight'))).toBe(0);
  });

  it('waits alone, and gives way as soon as there are others', async () => {
    const { store } = openStock(bench.service, { ledger });
    ledger.poisoned.add('13');
    await store.increment({ id: 13 }, 2);
    expect(await store.outflow.flusher.run()).toBe('stuck');
    expect(await store.outflow.flusher.run()).toBe('stuck');
    expect(await deadLetters()).toEqual([]);
    await store.increment({ id: 13 }, 3);
    await store.increment({ id: 1 }, 4);
    expect(await store.outflow.flusher.run()).toBe('stuck');
    expect(ledger.total(1)).toBe(4);
    expect((await deadLetters()).map(({ payload }) => payload)).toEqual(['2']);
    // The later one of its key waits in its turn.
    expect(await bench.redis.client.hgetall(own('in-flight'))).toEqual({ 'stock:13': '1' });
    expect(await bench.redis.client.hgetall(own('pending'))).toEqual({ 'stock:13': '3' });
    await store.increment({ id: 1 }, 4);
    expect(await store.outflow.flusher.run()).toBe('empty');
    expect((await deadLetters()).map(({ payload }) => payload)).toEqual(['2', '3']);
    expect(ledger.total(1)).toBe(8);
  });

  it('does not hold up others behind thousands of its own', async () => {
    const { store } = openStock(bench.service, { ledger });
    ledger.poisoned.add('13');
    for (let index = 0; index < 35; index += 1)
      await Promise.all(Array.from({ length: 100 }, () => store.increment({ id: 13 }, 1)));
    await store.increment({ id: 1 }, 4);
    expect(await store.outflow.flusher.run()).toBe('stuck');
    expect(ledger.total(1)).toBe(4);
    const letters = await deadLetters();
    expect(letters.map(({ payload }) => payload)).toEqual(['1000']);
    expect(await store.snapshot()).toMatchObject({ queuedCount: 1 });
  });

  it('is many, and none of the good ones is lost among them', async () => {
    const { store } = openStock(bench.service, { ledger, random: Math.random });
    for (let id = 0; id < 20; id += 1) {
      await store.increment({ id }, 1);
      if (id !== 11) ledger.poisoned.add(String(id));
    }
    await vi.waitFor(async () => expect(await store.outflow.flusher.run()).toBe('empty'));
    expect(ledger.total(11)).toBe(1);
    expect(await deadLetters()).toHaveLength(19);
  });
});

describe('a source that is away', () => {
  it('loses nothing, and no change goes to the dead letters', async () => {
    const { store, told } = openStock(bench.service, { ledger, batchSize: 3 });
    await store.increment({ id: 100 });
    await store.outflow.flusher.run();
    ledger.isDown = true;
    for (let id = 0; id < 30; id += 1) await store.increment({ id: id % 15 });
    for (let round = 0; round < 5; round += 1) expect(await store.outflow.flusher.run()).toBe('stuck');
    expect(await store.snapshot()).toMatchObject({ queuedCount: 30, deadLetterCount: 0 });
    expect(told.filter((line) => line.startsWith('deadLettered'))).toEqual([]);
    ledger.isDown = false;
    expect(await store.outflow.flusher.run()).toBe('empty');
    for (let id = 0; id < 15; id += 1) expect(ledger.total(id)).toBe(2);
    expect(await deadLetters()).toEqual([]);
  });

  it('is asked less and less often', async () => {
    const waits: number[] = [];
    const pause = async (ms: number) => void waits.push(ms);
    const { store } = openStock(bench.service, { ledger, pause, random: () => 0.999_999 });
    ledger.isDown = true;
    await store.increment({ id: 1 });
    await store.outflow.flusher.run();
    expect(waits).toEqual([200, 400, 800, 1_600]);
    const { flusher } = store.outflow;
    const backoffs: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      await flusher.run();
      backoffs.push(flusher.backoffMs);
    }
    expect(backoffs.slice(0, 3)).toEqual([400, 800, 1_600]);
    expect(backoffs.at(-1)).toBeGreaterThan(29_000);
    expect(waits).toHaveLength(4);
  });
});

describe('closing', () => {
  it('flushes what is queued', async () => {
    const { store } = openStock(bench.service, { ledger });
    store.outflow.start();
    await store.increment({ id: 1 }, 5);
    expect(await store.close(5_000)).toEqual({ queuedCount: 0, unknownCount: 0 });
    expect(ledger.total(1)).toBe(5);
  });

  it('ends within its bound, and leaves the rest for the next process', async () => {
    const { store } = openStock(bench.service, { ledger, flush: () => new Promise(() => {}) });
    await store.increment({ id: 1 }, 5);
    expect(await store.close(50)).toEqual({ queuedCount: 1, unknownCount: 0 });
    const heir = openStock(await bench.connect(), { ledger });
    expect(await heir.store.outflow.flusher.run()).toBe('empty');
    expect(ledger.total(1)).toBe(5);
  });

  it('says that the rest is not known while Redis is away', async () => {
    const { store, transport } = openStock(bench.service, { ledger });
    await store.increment({ id: 1 }, 5);
    transport.close();
    expect(await store.close(50)).toEqual({ queuedCount: null, unknownCount: 0 });
  });
});

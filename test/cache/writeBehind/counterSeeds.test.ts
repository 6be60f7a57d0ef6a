import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '#cache/resilience/circuitBreaker.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';
import { runSeeds, seededTest } from '#test/support/interleaving/runSeeds.ts';
import { openTransport } from '../startCache.ts';
import { benchForFile } from './benchForFile.ts';
import { Ledger, openStock, own, type StockChange } from './startCounters.ts';

const IDS = ['1', '2', 'p'];

const bench = benchForFile(4);

/** Instances that share a Redis and a source. */
class World {
  readonly ledger = new Ledger();
  /** What the callers were told that it counts, by id. */
  readonly acknowledged = new Map<string, number>();
  readonly seen = new Set<string>();
  readonly #interleaving: Interleaving;
  readonly #instances: ReturnType<World['openInstance']>[];

  constructor(interleaving: Interleaving) {
    this.#interleaving = interleaving;
    this.#instances = [0, 1, 2].map((index) => this.openInstance(index));
  }

  openInstance(index: number) {
    const client = bench.services[index];
    if (client === undefined) throw new Error('no client');
    const name = `i${index}`;
    const wrapped = this.#interleaving.wrap(client, name);
    const breaker = new CircuitBreaker({ clock: Date.now, random: () => 0.5 });
    const state = { isCut: false, isCrashed: false };
    const transport = openTransport(wrapped, {
      commandTimeoutMs: 60_000,
      gate: {
        tryAcquire: () => (state.isCut ? null : breaker.tryAcquire()),
        record: (permit) => breaker.record(permit, 1, false),
      },
    });
    const step = (label: string) => this.#interleaving.step(`${name} ${label}`);
    const flush = async (changes: readonly StockChange[]) => {
      await step('flush begins');
      if (state.isCrashed) throw new Error('crashed');
      await this.ledger.apply(changes);
      await step('flush ends');
    };
    const load = async ({ id }: { readonly id: string | number }) => {
      await step('load begins');
      const total = this.ledger.total(id);
      await step('load ends');
      return total;
    };
    const stock = openStock(wrapped, {
      ...{ ledger: this.ledger, instance: name, transport, flush, load },
      pause: () => step('pause'),
      random: () => this.#interleaving.random(),
      ...{ batchSize: 2, maxAttemptCount: 2 },
    });
    return { ...stock, state, step };
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.#interleaving.random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  async #call(index: number): Promise<void> {
    const instance = this.#instances[index];
    if (instance === undefined) return;
    for (let count = 0; count < 4 && !instance.state.isCrashed; count += 1) {
      const id = this.#pick(IDS);
      const kind = this.#interleaving.random();
      if (kind < 0.5) await this.#increment(instance, id);
      else if (kind < 0.75) await instance.store.get({ id }).catch(() => {});
      else this.seen.add(await instance.store.outflow.flusher.run());
    }
  }

  async #increment({ store }: ReturnType<World['openInstance']>, id: string): Promise<void> {
    const by = 1 + Math.floor(this.#interleaving.random() * 5);
    const result = await store.increment({ id }, by).catch(() => null);
    this.seen.add(result?.state ?? 'failed');
    if (result === null) return;
    this.acknowledged.set(id, (this.acknowledged.get(id) ?? 0) + by);
  }

  /** What happens to them: counters expire, leases end early, an instance dies, another loses Redis, the source goes away. */
  async #happen(): Promise<void> {
    const [client] = bench.services.slice(3);
    const [first, second] = this.#instances;
    if (client === undefined || first === undefined || second === undefined) return;
    const admin = this.#interleaving.wrap(client, 'admin');
    for (let count = 0; count < 6; count += 1) {
      await this.#interleaving.step('wait');
      const kind = this.#interleaving.random();
      if (kind < 0.35) await admin.del(`shop:stock:${this.#pick(IDS)}`);
      else if (kind < 0.55) await admin.del(own('lease'));
      else if (kind < 0.65) first.state.isCut = !first.state.isCut;
      else if (kind < 0.75) this.ledger.isDown = !this.ledger.isDown;
      else if (kind < 0.85) this.#togglePoison();
      else if (kind < 0.92) {
        second.state.isCrashed = true;
        second.transport.close();
      }
    }
  }

  #togglePoison(): void {
    if (!this.ledger.poisoned.delete('p')) this.ledger.poisoned.add('p');
  }

  async run(): Promise<void> {
    await this.#interleaving.runUntilSettled([
      ...[0, 0, 1, 1, 2, 2].map((index) => this.#call(index)),
      this.#happen(),
    ]);
  }

  /** All is well again, and what waits gets through. */
  async settle(): Promise<void> {
    this.ledger.isDown = false;
    this.ledger.poisoned.clear();
    await bench.redis.client.del(own('lease'));
    for (const { state, store } of this.living()) {
      state.isCut = false;
      await this.#interleaving.runUntilSettled([store.outflow.repeater.run()]);
      await this.#interleaving.runUntilSettled([store.outflow.corrections.run()]);
    }
    const [heir] = this.living().slice(-1);
    const [end] = await this.#interleaving.runUntilSettled([heir?.store.outflow.flusher.run()]);
    expect(end).toBe('empty');
  }

  living() {
    return this.#instances.filter(({ state }) => !state.isCrashed);
  }

  async read(index: number, id: string): Promise<number | undefined> {
    const [value] = await this.#interleaving.runUntilSettled([this.living()[index]?.store.get({ id })]);
    return value;
  }
}

async function deadAmounts(): Promise<Map<string, number>> {
  const amounts = new Map<string, number>();
  for (const [, fields] of await bench.redis.client.xrange(own('dead-letters'), '-', '+')) {
    const id = String(fields[1]).replace('stock:', '');
    amounts.set(id, (amounts.get(id) ?? 0) + Number(fields[5]));
  }
  return amounts;
}

describe('counters under seeded orders of events', () => {
  it(
    'end with each acknowledged increment in the source or the dead letters, once, and read as the source',
    async () => {
      const seen = new Set<string>();
      let buriedCount = 0;
      let repeatedCount = 0;
      await runSeeds(200, async (interleaving) => {
        await bench.redis.client.flushall();
        const world = new World(interleaving);
        await world.run();
        await world.settle();
        const dead = await deadAmounts();
        for (const id of IDS) {
          const arrived = world.ledger.total(id) + (dead.get(id) ?? 0);
          expect(arrived, `source of ${id}`).toBe(world.acknowledged.get(id) ?? 0);
          for (const index of world.living().keys())
            expect(await world.read(index, id), `read of ${id}`).toBe(world.ledger.total(id));
        }
        const amounts = new Map<string, number>();
        for (const { id, fields, by } of world.ledger.delivered) {
          const name = `${fields.id} ${id}`;
          if (amounts.has(name)) repeatedCount += 1;
          expect(amounts.get(name) ?? by, `the same change under ${name}`).toBe(by);
          amounts.set(name, by);
        }
        buriedCount += dead.size;
        for (const state of world.seen) seen.add(state);
      });
      // A claim about what never came to pass is empty.
      if (Number(process.env.SEEDS ?? 200) < 200) return;
      const states = ['away', 'busy', 'direct', 'empty', 'failed', 'interrupted', 'queued', 'stuck'];
      expect([...seen]).toEqual(expect.arrayContaining(states));
      expect(buriedCount).toBeGreaterThan(0);
      expect(repeatedCount).toBeGreaterThan(0);
    },
    seededTest.timeout,
  );
});

import type { Cluster, Redis } from 'ioredis';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { Bulkhead } from '#cache/resilience/bulkhead.ts';
import { CircuitBreaker } from '#cache/resilience/circuitBreaker.ts';
import { RedisTransport } from '#cache/store/redisTransport.ts';
import { type CounterChange, type CounterOptions, counter } from '#cache/writeBehind/counter.ts';
import { CounterStore } from '#cache/writeBehind/counterStore.ts';

export type StockChange = CounterChange<'stock:{id}'>;

/** The whole name of what the library keeps for it. */
export const own = (name: string): string => `shop:cachescope:{write-behind:stock}:${name}`;

/** A source that adds each change once, as a database would that keeps the last id beside the counter. */
export class Ledger {
  readonly totals = new Map<string, number>();
  /** All that was delivered, also twice. */
  readonly delivered: StockChange[] = [];
  /** Keys that it refuses. */
  readonly poisoned = new Set<string>();
  isDown = false;
  readonly #lastIds = new Map<string, string>();

  total(id: string | number): number {
    return this.totals.get(String(id)) ?? 0;
  }

  async apply(changes: readonly StockChange[]): Promise<void> {
    if (this.isDown) throw new Error('the source is down');
    const bad = changes.find((change) => this.poisoned.has(String(change.fields.id)) && !this.#has(change));
    if (bad !== undefined) throw new Error(`no row ${bad.fields.id}`);
    for (const change of changes) this.#add(change);
  }

  #add(change: StockChange): void {
    this.delivered.push(change);
    const key = String(change.fields.id);
    if (this.#has(change)) return;
    if (!change.isDirect) this.#lastIds.set(key, change.id);
    this.totals.set(key, this.total(key) + change.by);
  }

  #has({ fields, id, isDirect }: StockChange): boolean {
    return !isDirect && (this.#lastIds.get(String(fields.id)) ?? '') >= id;
  }
}

export interface StockOptions extends Partial<CounterOptions<'stock:{id}'>> {
  readonly ledger: Ledger;
  readonly instance?: string;
  readonly prefix?: string;
  readonly transport?: RedisTransport;
  readonly pause?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  readonly bulkhead?: Bulkhead;
}

export interface Stock {
  readonly store: CounterStore<'stock:{id}'>;
  readonly transport: RedisTransport;
  /** What was told, as `queued 1`. */
  readonly told: string[];
}

let count = 0;

/** A counter of one instance; its timers run only when it is started. */
export function openStock(redis: Redis | Cluster, options: StockOptions): Stock {
  const { ledger, prefix = 'shop:', random = () => 0.5, pause = async () => {} } = options;
  // Not what a busy machine may take for a dead Redis.
  const gate = new CircuitBreaker({ clock: Date.now, random: () => 0.5, slowCallMs: 10_000 });
  const transport =
    options.transport ??
    new RedisTransport({ redis, gate, commandTimeoutMs: 5_000, reconnectHungAfterMs: null });
  const events = new CacheEvents();
  const told: string[] = [];
  events.on('writeBehind', (event) => told.push(`${event.state} ${event.count}`));
  events.on('shed', (event) => told.push(`shed ${event.pattern}`));
  events.on('fallback', (event) => told.push(`fallback ${event.code}`));
  count += 1;
  const declared = counter({
    key: 'stock:{id}',
    ttlSeconds: 600,
    load: async ({ id }) => ledger.total(id),
    flush: (changes) => ledger.apply(changes),
    ...options,
  });
  const around = {
    ...{ transport, events, prefix, random, pause },
    instance: options.instance ?? `instance${count}`,
    clock: Date.now,
    bulkhead: options.bulkhead ?? new Bulkhead(),
    guard: {
      run: async <Value>(call: { load(signal: AbortSignal, doubt: () => void): Promise<Value> }) => ({
        value: await call.load(new AbortController().signal, () => {}),
        loadMs: 0,
        isSure: true,
      }),
    },
  };
  return { store: new CounterStore(around, 'stock', declared), transport, told };
}

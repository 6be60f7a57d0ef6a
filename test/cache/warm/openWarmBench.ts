import type { Cluster, Redis } from 'ioredis';
import type { CacheOptions, EntryLives } from '#cache/cache.ts';
import { CacheCore } from '#cache/cacheCore.ts';
import { prepareSettings } from '#cache/cacheOptions.ts';
import { FamilyBinding } from '#cache/families/familyBinding.ts';
import { type Families, type Family, family } from '#cache/keys/family.ts';
import { PatternNames } from '#cache/keys/patternNames.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { CacheEventMap } from '#cache/metrics/cacheEvents.ts';
import type { ReadSurroundings } from '#cache/read/readSurroundings.ts';
import type { EntryName } from '#cache/warm/entryName.ts';

export interface Product {
  readonly id: number;
  readonly revision: number;
}

export type ProductFamilies = { readonly product: Family<'product:{id}', Product> };

/** A source of products that says what was asked of it, and can be told to fail or to hold its answers. */
export class ProductSource {
  readonly revisions = new Map<number, number>();
  readonly loadedIds: number[] = [];
  underWayCount = 0;
  highestUnderWayCount = 0;
  /** Awaited by each load after it has read its value. */
  afterRead: (id: number) => Promise<void> | void = () => {};

  change(id: number): void {
    this.revisions.set(id, this.revisionOf(id) + 1);
  }

  revisionOf(id: number): number {
    return this.revisions.get(id) ?? 0;
  }

  async load(id: number): Promise<Product> {
    this.loadedIds.push(id);
    this.underWayCount += 1;
    this.highestUnderWayCount = Math.max(this.highestUnderWayCount, this.underWayCount);
    try {
      const product = { id, revision: this.revisionOf(id) };
      await this.afterRead(id);
      return product;
    } finally {
      this.underWayCount -= 1;
    }
  }
}

export function productFamilies(source: ProductSource, lives: Partial<EntryLives> = {}): ProductFamilies {
  return {
    product: family({
      key: 'product:{id}',
      ttlSeconds: 600,
      ...lives,
      load: ({ id }) => source.load(Number(id)),
      tags: ({ id }) => [`group:${Number(id) % 2}`],
    }),
  };
}

export interface OpenInstance extends AsyncDisposable {
  readonly core: CacheCore;
  readonly reading: ReadSurroundings;
  readonly closing: AbortSignal;
  requestOf(name: EntryName): Promise<Request<unknown>>;
  get(id: number): Promise<unknown>;
  /** All events of a name so far. */
  eventsOf<Name extends keyof CacheEventMap>(name: Name): readonly CacheEventMap[Name][];
}

/** One instance of the service with its read path laid open. */
export function openInstance(
  redis: Redis | Cluster,
  families: Families,
  options: Partial<CacheOptions<Families>> = {},
): OpenInstance {
  const settings = prepareSettings(
    { redis, service: 'shop', families, random: () => 0.5, instance: 'test', ...options },
    [],
  );
  const core = new CacheCore(settings, new PatternNames(settings.prefix, families));
  const { reading, events } = core;
  const requestOf = async ({ family: name, fields, owner }: EntryName): Promise<Request<unknown>> => {
    const declared = families[name];
    if (declared === undefined) throw new Error(`no family ${name}`);
    const call = owner === undefined ? undefined : { owner };
    return new FamilyBinding(core, declared, name).requests.read(fields, call);
  };
  const kept = new Map<string, unknown[]>();
  function eventsOf<Name extends keyof CacheEventMap>(name: Name): readonly CacheEventMap[Name][];
  function eventsOf(name: keyof CacheEventMap): readonly unknown[] {
    return kept.get(name) ?? [];
  }
  for (const name of ['lookup', 'layerLookup', 'warm', 'verified', 'stored', 'outdated', 'shed'] as const) {
    const list: unknown[] = [];
    kept.set(name, list);
    events.on(name, (event) => list.push(event));
  }
  return {
    ...{ core, reading, closing: core.signal, requestOf, eventsOf },
    get: async (id) => core.lookUp(await requestOf({ family: 'product', fields: { id } })),
    [Symbol.asyncDispose]: async () => void (await core.close()),
  };
}

export interface SteppedTime {
  readonly clock: () => number;
  /** Lengths of all pauses so far, ms. */
  readonly pausesMs: readonly number[];
  pause(ms: number, signal: AbortSignal): Promise<void>;
  advance(ms: number): void;
}

/** Time that stands still but for pauses, which pass at once: those that overlap pass together. */
export function steppedTime(startMs = Date.now()): SteppedTime {
  let nowMs = startMs;
  const pausesMs: number[] = [];
  return {
    clock: () => nowMs,
    pausesMs,
    pause: async (ms, signal) => {
      pausesMs.push(ms);
      const untilMs = nowMs + ms;
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal.aborted) nowMs = Math.max(nowMs, untilMs);
    },
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

/** A pause that ends by its signal only. */
export function endlessPause(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

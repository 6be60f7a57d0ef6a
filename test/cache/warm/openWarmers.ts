import type { Redis } from 'ioredis';
import type { CacheOptions } from '#cache/cache.ts';
import type { Families } from '#cache/keys/family.ts';
import { prepareWarmPlans, type WarmerOptions, type WarmingOptions } from '#cache/warm/warmerOptions.ts';
import { Warmers } from '#cache/warm/warmers.ts';
import {
  type OpenInstance,
  openInstance,
  type ProductFamilies,
  type ProductSource,
  productFamilies,
  type SteppedTime,
  steppedTime,
} from './openWarmBench.ts';

export interface WarmInstance extends OpenInstance {
  readonly warmers: Warmers;
  readonly time: SteppedTime;
}

export interface WarmInstanceOptions {
  readonly source: ProductSource;
  /** Of a warmer named `popular`, beside its list. */
  readonly popular?: Partial<WarmerOptions<ProductFamilies>>;
  /** The list names products from 1 on. */
  readonly count?: number;
  readonly warming?: WarmingOptions;
  readonly cache?: Partial<CacheOptions<Families>>;
  readonly time?: SteppedTime;
  /** In place of the time's. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** An instance of the shop with one warmer, `popular`. */
export function openWarmInstance(redis: Redis, options: WarmInstanceOptions): WarmInstance {
  const { source, popular, count = 20, warming, time = steppedTime() } = options;
  const families = productFamilies(source);
  const instance = openInstance(redis, families, { clock: time.clock, ...options.cache });
  const plans = prepareWarmPlans(families, {
    popular: {
      list: ({ product }) => Array.from({ length: count }, (_, index) => product({ id: index + 1 })),
      ...popular,
    },
  });
  const { reading, closing, requestOf } = instance;
  const warmers = new Warmers(
    { reading, closing, requestOf, pause: options.pause ?? time.pause },
    plans,
    warming,
  );
  return { ...instance, warmers, time };
}

export function idsUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

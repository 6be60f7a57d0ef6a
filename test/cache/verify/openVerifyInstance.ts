import type { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import type { CacheOptions, EntryLives } from '#cache/cache.ts';
import type { Families } from '#cache/keys/family.ts';
import { Verifier } from '#cache/verify/verifier.ts';
import type { VerifyOptions } from '#cache/verify/verifyOptions.ts';
import type { VerifySurroundings } from '#cache/verify/verifySurroundings.ts';
import {
  type OpenInstance,
  openInstance,
  type ProductSource,
  productFamilies,
  type SteppedTime,
  steppedTime,
} from '../warm/openWarmBench.ts';

export interface VerifyInstance extends OpenInstance {
  readonly verifier: Verifier;
  readonly time: SteppedTime;
  /** Loads the product and waits until Redis has it. */
  keep(id: number): Promise<void>;
  /** As after a hit of the product's entry. */
  offer(id: number): Promise<void>;
  results(): readonly string[];
}

export interface VerifyInstanceOptions {
  readonly source: ProductSource;
  readonly verify?: VerifyOptions;
  readonly lives?: Partial<EntryLives>;
  readonly cache?: Partial<CacheOptions<Families>>;
  readonly time?: SteppedTime;
  readonly around?: Partial<VerifySurroundings>;
}

/** An instance of the shop that compares every hit that it is told of. */
export function openVerifyInstance(redis: Redis, options: VerifyInstanceOptions): VerifyInstance {
  const { source, time = steppedTime() } = options;
  const families = productFamilies(source, options.lives);
  const instance = openInstance(redis, families, { clock: time.clock, ...options.cache });
  const { core, reading, closing, requestOf } = instance;
  const verifier = new Verifier(
    {
      ...{ reading, closing, requestOf, pause: time.pause },
      isVerifiable: () => true,
      invalidateKey: (target) => core.invalidate({ kind: 'key', target, mode: 'hard', source: 'key' }),
      ...options.around,
    },
    { sampleRatio: 1, maxPerSecond: 1_000, ...options.verify },
  );
  return {
    ...{ ...instance, verifier, time },
    keep: async (id) => {
      await instance.get(id);
      await vi.waitFor(async () => expect(await redis.exists(`shop:product:${id}`)).toBe(1), 10_000);
    },
    offer: async (id) => verifier.offer(await requestOf({ family: 'product', fields: { id } })),
    results: () => instance.eventsOf('verified').map(({ result }) => result),
  };
}

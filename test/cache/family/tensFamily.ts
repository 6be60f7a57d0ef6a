import type { Redis } from 'ioredis';
import { vi } from 'vitest';
import { family } from '#cache/cache.ts';
import { openShop } from './openShop.ts';

export const ids = (...list: number[]): { id: number }[] => list.map((id) => ({ id }));

export interface TensOptions {
  readonly hasMany: boolean;
  readonly lease?: boolean;
  readonly maxLoadManyCount?: number;
}

/** Rows whose value is their id times ten, with what was asked of the source. */
export function tensFamily({ hasMany, lease = false, ...options }: TensOptions) {
  const single = vi.fn(async (id: number) => id * 10);
  const many = vi.fn(async (list: readonly number[]) => list.map((id) => id * 10));
  const declared = family({
    key: 'ten:{id}',
    ttlSeconds: 60,
    lease,
    ...options,
    load: async ({ id }) => single(Number(id)),
    ...(hasMany
      ? {
          loadMany: async (list: readonly { id: string | number }[]) =>
            many(list.map(({ id }) => Number(id))),
        }
      : {}),
  });
  return { declared, single, many };
}

export function openTens(redis: Redis, options: TensOptions, cacheOptions = {}) {
  const { declared, ...source } = tensFamily(options);
  return { cache: openShop(redis, { ten: declared }, cacheOptions), ...source };
}

/** Where a cache looked: this process, Redis, or the process's store for when Redis is away. */
export const cacheLevels = ['l1', 'l2', 'memory'] as const;

export type CacheLevel = (typeof cacheLevels)[number];

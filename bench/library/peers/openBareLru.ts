import { LRUCache } from 'lru-cache';
import type { CachePeer, PeerSettings } from '../cachePeer.ts';
import { readPackageVersion } from '../packageVersion.ts';

/** The limit of L1: one look-up by key, behind a promise as all others are. */
export async function open({ maxEntries, ttlMs }: PeerSettings): Promise<CachePeer> {
  const entries = new LRUCache<string, object>({ max: maxEntries, ttl: ttlMs });
  return {
    version: await readPackageVersion('lru-cache'),
    configuration: 'max and ttl; a promise is made for each call, and none for "sync"',
    getOrSet: (id, load) => {
      const key = `entry:${id}`;
      const held = entries.get(key);
      return held === undefined ? loadInto(entries, key, load) : Promise.resolve(held);
    },
    getSync: (id) => entries.get(`entry:${id}`),
    close: async () => entries.clear(),
  };
}

async function loadInto(
  entries: LRUCache<string, object>,
  key: string,
  load: () => Promise<unknown>,
): Promise<unknown> {
  const value = await load();
  if (typeof value === 'object' && value !== null) entries.set(key, value);
  return value;
}

import { Redis } from 'ioredis';
import type { CachePeer, PeerSettings } from '../cachePeer.ts';
import { readPackageVersion } from '../packageVersion.ts';

/** GET and JSON.parse, SET on a miss: what a service would write itself, and the limit of any library above it. */
export async function openRaw(
  settings: PeerSettings,
  { isPipelined }: { isPipelined: boolean },
): Promise<CachePeer> {
  const redis = new Redis({
    host: '127.0.0.1',
    port: settings.redisPort,
    disableClientInfo: true,
    enableAutoPipelining: isPipelined,
    ...(settings.commandTimeoutMs === null ? {} : { commandTimeout: settings.commandTimeoutMs }),
  });
  redis.on('error', () => {});
  return {
    version: await readPackageVersion('ioredis'),
    configuration: 'GET and JSON.parse, SET with PX on a miss',
    getOrSet: async (id, load) => {
      const key = `raw:entry:${id}`;
      const stored = await redis.get(key);
      if (stored !== null) return JSON.parse(stored);
      const value = await load();
      await redis.set(key, JSON.stringify(value), 'PX', settings.ttlMs);
      return value;
    },
    close: async () => redis.disconnect(),
  };
}

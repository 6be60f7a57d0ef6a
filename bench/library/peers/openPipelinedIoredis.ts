import type { CachePeer, PeerSettings } from '../cachePeer.ts';
import { openRaw } from './rawIoredis.ts';

/** README of ioredis, "Autopipelining": off by default, best for many small commands at a time. */
export async function open(settings: PeerSettings): Promise<CachePeer> {
  const peer = await openRaw(settings, { isPipelined: true });
  return {
    ...peer,
    configuration: 'the same with enableAutoPipelining (README of ioredis, "Autopipelining")',
  };
}

import type { CachePeer, PeerSettings } from '../cachePeer.ts';
import { openRaw } from './rawIoredis.ts';

export function open(settings: PeerSettings): Promise<CachePeer> {
  return openRaw(settings, { isPipelined: false });
}

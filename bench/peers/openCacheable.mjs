import { openCacheablePeer } from './cacheablePeer.mjs';

/**
 * @param {import('../library/cachePeer.ts').PeerSettings} settings
 * @returns {Promise<import('../library/cachePeer.ts').CachePeer>}
 */
export function open(settings) {
  return openCacheablePeer(settings, { isNonBlocking: false });
}

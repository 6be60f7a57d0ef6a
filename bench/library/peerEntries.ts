import { z } from 'zod';
import type { OpenPeer } from './cachePeer.ts';

export const OURS = 'cachescope';
export const RAW = 'ioredis';
export const BARE = 'lru-cache';

interface PeerEntry {
  readonly name: string;
  /** From this folder. Those in ../peers have packages of their own, which only `npm run bench` installs. */
  readonly module: string;
}

const peerEntries: readonly PeerEntry[] = [
  { name: OURS, module: './peers/openOurs.ts' },
  { name: RAW, module: './peers/openRawIoredis.ts' },
  { name: 'ioredis, autopipelining', module: './peers/openPipelinedIoredis.ts' },
  { name: BARE, module: './peers/openBareLru.ts' },
  { name: 'bentocache', module: '../peers/openBentocache.mjs' },
  { name: 'cacheable', module: '../peers/openCacheable.mjs' },
  { name: 'cacheable, nonBlocking', module: '../peers/openNonBlockingCacheable.mjs' },
  { name: 'async-cache-dedupe', module: '../peers/openAsyncCacheDedupe.mjs' },
];

/** The libraries that do what ours does; the others are limits. */
export const rivals: readonly string[] = ['bentocache', 'cacheable', 'async-cache-dedupe'];

const moduleSchema = z.object({ open: z.custom<OpenPeer>((value) => typeof value === 'function') });

/** Loads the adapter of a peer. Imported by a name known only now, so that checks pass where the peers are not installed. */
export async function loadPeer(name: string): Promise<OpenPeer> {
  const entry = peerEntries.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`no peer is called "${name}"`);
  return moduleSchema.parse(await import(new URL(entry.module, import.meta.url).href)).open;
}

/** Where entries are kept while a peer is measured: in the process, or in Redis alone. */
export type PeerLayer = 'l1' | 'l2';

export interface PeerSettings {
  readonly redisPort: number;
  readonly layer: PeerLayer;
  /** Entries that L1 may hold. */
  readonly maxEntries: number;
  /** Longest life of an entry, ms. */
  readonly ttlMs: number;
  /** Whether entries will carry tags: where that is switched on by an option, it costs those who have none. */
  readonly hasTags: boolean;
  /** Longest wait for one reply of Redis, ms, where the peer or its client has such an option; null = its default. */
  readonly commandTimeoutMs: number | null;
}

/** One library, opened at its best documented configuration. Each builds its key `entry:{id}` itself. */
export interface CachePeer {
  readonly version: string;
  /** What was chosen, and where its documentation says so. */
  readonly configuration: string;
  getOrSet(id: string, load: () => Promise<unknown>, tags?: readonly string[]): Promise<unknown>;
  /** A look-up in L1 that needs no promise; only where callers have it. */
  getSync?(id: string): unknown;
  invalidateTag?(tag: string): Promise<void>;
  close(): Promise<void>;
}

export type OpenPeer = (settings: PeerSettings) => Promise<CachePeer>;

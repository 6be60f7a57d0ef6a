import type { RedisSettings } from '#server/config/config.ts';
import type { ConnectionState } from '#shared/snapshot.ts';
import type { LookupLedger } from './lookupLedger.ts';
import type { ConnectionRole, RedisConnection } from './redisConnection.ts';

export interface OpenRedisOptions {
  readonly settings: RedisSettings;
  readonly role: ConnectionRole;
  /** The node's ledger: pipelines with look-ups enter it and count themselves. */
  readonly ledger: LookupLedger;
  readonly nowMs: () => number;
  /** 0-1, for the jitter of reconnects. */
  readonly random: () => number;
}

/** A connection that says how it stands, and that connects again by itself until it is closed. */
export interface ObservedConnection extends RedisConnection {
  status(): ConnectionState;
  /** Called at every change of state or detail; returns the way to stop listening. */
  onStatus(listener: (state: ConnectionState) => void): () => void;
}

export function openRedis(_options: OpenRedisOptions): ObservedConnection {
  throw new Error('not built yet');
}

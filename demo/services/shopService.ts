import type { Redis } from 'ioredis';
import type { ShopDatabase } from '#demo/source/shopDatabase.ts';
import type { Ledger } from '#demo/traffic/ledger.ts';

export interface ServiceSurroundings {
  /** The service's own client. */
  readonly redis: Redis;
  readonly source: ShopDatabase;
  readonly ledger: Ledger;
  readonly random: () => number;
}

/** What every service of the shop offers besides its own calls. */
export interface ShopService {
  readonly name: string;
  metrics(): Promise<string>;
  close(): Promise<unknown>;
}

/** A share of the usual TTL for this call, so that what is warmed up does not expire at once. */
export interface ReadOptions {
  readonly ttlRatio?: number;
}

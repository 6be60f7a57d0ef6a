import type { HistoryStore } from '#server/history/historyStore.ts';
import type { LookupLedger } from '#server/redis/lookupLedger.ts';
import type { ObservedConnection } from '#server/redis/openRedis.ts';
import type { Scrape } from '#server/sources/scrapeMetrics.ts';
import type { TargetId } from '#shared/target.ts';
import type { SampleWatch } from './sampleWatch.ts';

export interface TargetWatchOptions {
  readonly targetId: TargetId;
  readonly environment: string;
  /** `host:port`. */
  readonly nodeId: string;
  readonly connection: ObservedConnection;
  readonly ledger: LookupLedger;
  readonly samples: SampleWatch;
  readonly metricsUrls: readonly string[];
  /** Cache names of others to the key patterns they stand for. */
  readonly metricPatterns: ReadonlyMap<string, string>;
  readonly scrape: (url: string) => Promise<Scrape>;
  readonly history: HistoryStore;
  readonly nowMs: () => number;
}

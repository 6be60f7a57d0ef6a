import type { HistoryStore } from '#server/history/historyStore.ts';
import type { LookupLedger } from '#server/redis/lookupLedger.ts';
import type { ObservedConnection } from '#server/redis/openRedis.ts';
import type { ServicesWatchOptions } from '#server/services/servicesWatch.ts';
import type { TrafficConvention } from '#server/sources/metrics/trafficConvention.ts';
import type { TargetListener } from '#server/sources/targets/metricsTargets.ts';
import type { Reading } from '#shared/reading.ts';
import type { NodeFacts } from '#shared/snapshot.ts';
import type { TargetId } from '#shared/target.ts';
import type { KeyDesk } from './keys/keyDesk.ts';
import type { PatternLooks } from './looks/patternLooks.ts';
import type { SampleWatch } from './sampleWatch.ts';

export interface OpenedTargets {
  /** Scrapes everything that waits for its time now. */
  hurry(): void;
  close(): Promise<void>;
}

export interface TargetWatchOptions {
  readonly targetId: TargetId;
  readonly environment: string;
  /** `host:port`. */
  readonly nodeId: string;
  readonly connection: ObservedConnection;
  readonly ledger: LookupLedger;
  readonly samples: SampleWatch;
  /** Starts to scrape, and tells the listener what it gives. */
  readonly openTargets: (listener: TargetListener) => OpenedTargets;
  /** What is known of the processes of services, and what announces them. */
  readonly instances: Pick<ServicesWatchOptions, 'book' | 'announced' | 'askStates'>;
  /** Cache names of others to the key patterns they stand for. */
  readonly metricPatterns: ReadonlyMap<string, string>;
  /** Opens what looks at keys on a person's word; `facts` are those of INFO, null before it was read. */
  readonly openLooks: (facts: () => NodeFacts | null) => PatternLooks;
  /** Opens what finds and inspects keys. */
  readonly openKeys: (known: {
    readonly facts: () => NodeFacts | null;
    readonly hitRatioOf: (pattern: string) => Reading<number>;
  }) => KeyDesk;
  /** The pattern of a key, given as `formatKey` writes it. */
  readonly patternOf: (keyText: string) => string;
  /** How the metrics of services may be spelt. */
  readonly conventions: readonly TrafficConvention[];
  readonly history: HistoryStore;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
}

import type { SizeDistribution } from './histogram/sizeHistogram.ts';
import type { ExpiryForecast, TtlDistribution } from './histogram/ttlHistogram.ts';
import type { Lookups } from './lookups.ts';
import type { Known, Reading } from './reading.ts';
import type { MetricsFinder } from './scrape/metricsFinder.ts';
import type { ScrapeFault } from './scrape/scrapeFault.ts';
import type { AnnouncementsState } from './services/announcementsState.ts';
import type { ServiceInstance } from './services/serviceInstance.ts';
import type { Estimate } from './statistics.ts';
import type { TargetId } from './target.ts';
import type { TrafficCounts } from './traffic/trafficCounts.ts';
import type { NotAdded } from './traffic/trafficPart.ts';
import type { TrafficIdentity, TrafficSourceId } from './traffic/trafficSource.ts';

/** How the server stands to one Redis. `degraded` = it answers, but not to everything (loading, read-only, denied). */
export interface ConnectionState {
  readonly state: 'connecting' | 'connected' | 'degraded' | 'unreachable';
  readonly sinceMs: number;
  /** A sentence for an operator: what was refused or failed, and what to do; empty when connected. */
  readonly detail: string;
  /** When Redis last answered a reading, epoch ms; null when it never did. */
  readonly lastReadAtMs: number | null;
}

/** Amounts per second, derived from two readings of a counter. Null = not known between them (first reading, restart, gap). */
export interface NodeRates {
  readonly commandsPerSecond: number | null;
  readonly expiredPerSecond: number | null;
  readonly evictedPerSecond: number | null;
  readonly networkInBytesPerSecond: number | null;
  readonly networkOutBytesPerSecond: number | null;
  readonly rejectedConnectionsPerSecond: number | null;
}

/** What INFO of one node says, in our names. Null = the field is not in this version's INFO. */
export interface NodeFacts {
  readonly flavour: 'redis' | 'valkey';
  readonly version: string;
  readonly role: string;
  readonly runId: string;
  readonly uptimeSeconds: number | null;
  readonly keyCount: number | null;
  readonly keysWithTtlCount: number | null;
  readonly connectedClientCount: number | null;
  readonly maxClientCount: number | null;
  readonly blockedClientCount: number | null;
  readonly usedMemoryBytes: number | null;
  /** Null when Redis has no limit (`maxmemory 0`) or does not say. */
  readonly maxMemoryBytes: number | null;
  readonly peakMemoryBytes: number | null;
  readonly residentMemoryBytes: number | null;
  readonly allocatorFragmentationRatio: number | null;
  readonly evictionPolicy: string | null;
  readonly expiredStaleRatio: number | null;
  readonly isLoading: boolean;
  readonly replicaCount: number | null;
  readonly lastSaveFailed: boolean | null;
}

/** One field of INFO as Redis spelt it. */
export interface InfoField {
  readonly name: string;
  readonly value: string;
}

export interface InfoSection {
  readonly name: string;
  readonly fields: readonly InfoField[];
}

export interface NodeSnapshot {
  /** `host:port`, the name of the node on the page. */
  readonly id: string;
  readonly facts: Reading<NodeFacts>;
  readonly rates: NodeRates;
  /** keyspace_hits and keyspace_misses of the last minute, less our own look-ups. */
  readonly lookups: Reading<Lookups>;
  /** Look-ups of our own that were subtracted over the same minute, per second. */
  readonly ownLookupsPerSecond: number | null;
}

/** What the sampler found of one pattern. */
export interface PatternSample {
  /** Keys of this pattern in the sample. */
  readonly sampledCount: number;
  readonly keyCount: Estimate;
  /** Null when MEMORY USAGE is not permitted or not known to this Redis. */
  readonly bytes: Estimate | null;
  readonly sizes: SizeDistribution;
  /** Redis types seen, most frequent first. */
  readonly types: readonly string[];
  readonly ttl: TtlDistribution;
  /** Expiries of this pattern's keys alone. */
  readonly forecast10s: ExpiryForecast;
  readonly forecast1min: ExpiryForecast;
  /** A few keys as escaped text, for recognition. */
  readonly examples: readonly string[];
  readonly largest: readonly { readonly key: string; readonly bytes: number }[];
}

/** Keys of a pattern as metrics tell them, such as redis_exporter's key groups. Null = not told. */
export interface ToldSize {
  readonly keyCount: number | null;
  readonly bytes: number | null;
}

/** What the services' metrics say of one pattern over the last minute. */
export interface PatternTraffic extends TrafficCounts, Lookups {
  /** The services that reported it, as far as they are named. */
  readonly services: readonly string[];
  readonly sources: readonly TrafficSourceId[];
  /** Who counts the same look-ups, and is left out so that none is counted twice. */
  readonly notAdded: readonly NotAdded[];
}

export interface PatternSnapshot {
  /** The pattern, such as `catalog:product:{id}`; `other` gathers what is past the limit of patterns. */
  readonly pattern: string;
  /** What the name is: metrics of others name caches, and no key says which patterns those are. */
  readonly identity: TrafficIdentity;
  readonly isDeclared: boolean;
  readonly traffic: Reading<PatternTraffic>;
  readonly sample: Reading<PatternSample>;
  /** Beside our own sample, or instead of it. Null = no metrics tell it. */
  readonly toldSize: Known<ToldSize> | null;
}

/** One round of the sampler, over every pattern. */
export interface SampleSummary {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly sampledCount: number;
  /** DBSIZE at the start of the round. */
  readonly keyCount: number;
  /** True when every key was read, so that counts are exact and not estimated. */
  readonly isComplete: boolean;
  readonly patternCount: number;
  readonly ttl: TtlDistribution;
  readonly forecast10s: ExpiryForecast;
  readonly forecast1min: ExpiryForecast;
  /** Bytes of all keys, from MEMORY USAGE of the sample; null when it is not permitted or not known to this Redis. */
  readonly bytes: Estimate | null;
  /** Largest error of a pattern's share at 95 %, in points (0-100). */
  readonly shareErrorPoints: number;
}

/** What one scrape took. */
export interface ScrapeCost {
  readonly durationMs: number;
  /** Of the page, unpacked, as far as it was read. */
  readonly pageBytes: number;
  readonly seriesReadCount: number;
  /** Those of caches; all others are dropped as they are read. */
  readonly seriesKeptCount: number;
}

/** One place that metrics are scraped from. The address is shown without credentials and query. */
export interface MetricsSource {
  readonly url: string;
  /** The IP address, where DNS named several for one host; null = whatever the host resolves to. */
  readonly connectedTo: string | null;
  readonly origin: 'configuration' | 'file' | 'dns' | 'announcement' | 'prometheus';
  /** The file, DNS name or instance that named it; empty for the configuration itself. */
  readonly foundBy: string;
  readonly state: 'pending' | 'up' | 'down';
  readonly service: string | null;
  readonly instance: string | null;
  readonly version: string | null;
  /** What its page was found to be of, at the last good scrape. */
  readonly conventions: readonly TrafficSourceId[];
  readonly lastOkAtMs: number | null;
  readonly triedAtMs: number | null;
  /** Of the last scrape, good or not; null before the first. */
  readonly cost: ScrapeCost | null;
  /** What is wrong; while `up`, the rest of the page is used. */
  readonly fault: ScrapeFault | null;
  readonly detail: string;
}

/** Everything that the server knows of one target at one moment. */
export interface Snapshot {
  readonly targetId: TargetId;
  readonly environment: string;
  readonly atMs: number;
  /** Rises with every change; a viewer that holds it holds this snapshot. */
  readonly sequence: number;
  readonly connection: ConnectionState;
  readonly nodes: readonly NodeSnapshot[];
  /** Hits and misses of all nodes over the last minute, less our own look-ups. */
  readonly lookups: Reading<Lookups>;
  /** Hits and misses that the services counted over the last minute, all patterns. */
  readonly serviceLookups: Reading<Lookups>;
  readonly patterns: readonly PatternSnapshot[];
  readonly sample: Reading<SampleSummary>;
  readonly metricsSources: readonly MetricsSource[];
  /** What names sources besides the configuration itself. */
  readonly metricsFinders: readonly MetricsFinder[];
  /** Processes of services and their breakers, whichever way they were read. */
  readonly services: readonly ServiceInstance[];
  readonly announcements: AnnouncementsState;
  readonly history: { readonly state: 'recording' | 'stopped'; readonly detail: string };
}

import type { ServicesWatch } from '#server/services/servicesWatch.ts';
import type { Lookups } from '#shared/lookups.ts';
import { type Reading, unknown } from '#shared/reading.ts';
import type { MetricsFinder } from '#shared/scrape/metricsFinder.ts';
import type { ConnectionState, Snapshot } from '#shared/snapshot.ts';
import { derivePatterns } from './derivePatterns.ts';
import type { NodeWatch } from './nodeWatch.ts';
import type { TargetWatchOptions } from './targetWatchOptions.ts';
import { sumServices } from './traffic/sumServices.ts';
import type { TrafficWatch } from './trafficWatch.ts';

export interface SnapshotParts extends TargetWatchOptions {
  readonly sequence: number;
  readonly node: NodeWatch;
  readonly traffic: TrafficWatch;
  readonly services: Pick<ServicesWatch, 'instances' | 'announcements'>;
  readonly finders: readonly MetricsFinder[];
}

/** Puts what the watches last read into one snapshot. */
export function deriveSnapshot(parts: SnapshotParts): Snapshot {
  const { samples, node, traffic, services, history, connection, nowMs } = parts;
  const atMs = nowMs();
  const nodeSnapshot = node.snapshot();
  const summary = samples.summary();
  const recent = traffic.recentTraffic(atMs);
  const reported = traffic.reportedPatterns();
  const sources = traffic.sources();
  const lastReadAtMs = node.lastReadAtMs();
  return {
    targetId: parts.targetId,
    environment: parts.environment,
    atMs,
    sequence: parts.sequence,
    connection: { ...connection.status(), lastReadAtMs },
    nodes: [nodeSnapshot],
    lookups: whileConnected(nodeSnapshot.lookups, connection.status()),
    serviceLookups: sumServices(recent, reported, sources.length > 0),
    patterns: derivePatterns({
      samples: samples.patterns(),
      sampledAtMs: summary.state === 'known' ? summary.value.endedAtMs : null,
      sampledCount: summary.state === 'known' ? summary.value.sampledCount : 0,
      whyNoSample: summary.state === 'unknown' ? summary : unknown('pending', 'No key has been sampled yet.'),
      traffic: recent,
      reported,
      toldSizes: traffic.toldSizes(),
      sources,
    }),
    sample: summary,
    metricsSources: sources,
    metricsFinders: parts.finders,
    services: services.instances(),
    announcements: services.announcements(),
    history: history.state(),
  };
}

/** When the window has run out during an outage, the reason is the outage. */
function whileConnected(lookups: Reading<Lookups>, connection: ConnectionState): Reading<Lookups> {
  if (lookups.state === 'known' || connection.state !== 'unreachable') return lookups;
  return unknown('failed', connection.detail);
}
